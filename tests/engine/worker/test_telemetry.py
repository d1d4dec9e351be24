"""What a worker tells of its requests, its device, its log and its model."""

import json
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.protocol import (
    DeviceStatus,
    ErrorCode,
    EventBatch,
    Failed,
    Finished,
    FinishReason,
    TextDelta,
    Usage,
)
from engine.protocol.names import (
    WORKER_LOG_LINES,
    worker_log_key,
    worker_samples_key,
)
from engine.worker import devices
from engine.worker.active_requests import ActiveRequests
from engine.worker.devices import DeviceWatcher, read_gpus
from engine.worker.heartbeat import Heartbeat, idle_status
from engine.worker.ledger import WINDOW, Ledger, find_quantiles
from engine.worker.log_ring import LogRing
from engine.worker.logs import configure_logs
from engine.worker.model_identity import identify_model
from engine.worker.xid_events import XidEvents
from tests.engine.engines import make_request
from tests.engine.worker.redis_server import RedisServer
from tests.engine.worker.waiting import wait_for


def finish(*, tokens: int = 11, ttft_ms: float = 100.0, duration_ms: float = 1100.0) -> EventBatch:
    usage = Usage(
        prompt_tokens=50,
        cached_tokens=20,
        completion_tokens=tokens,
        thinking_tokens=0,
        queue_ms=0.0,
        ttft_ms=ttft_ms,
        duration_ms=duration_ms,
    )
    return EventBatch(events=(Finished(reason=FinishReason.STOP, usage=usage),))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_finished_request_is_counted_and_timed_and_told() -> None:
    clock = Clock()
    ledger = Ledger(clock)
    told: list[EventBatch] = []
    sink = ledger.watch(make_request("r"), told.append)
    sink(EventBatch(events=(TextDelta(text="a"),)))
    sink(finish())
    assert len(told) == 2
    figures = ledger.read()
    assert figures.finished == {"stop": 1}
    assert (figures.prompt_tokens, figures.retried_requests) == (30, 0)
    assert figures.prompt_tokens_per_second == 3.0
    assert figures.time_to_first_token is not None
    assert figures.time_to_first_token.p50 == 0.1
    assert figures.inter_token is not None
    assert figures.inter_token.p99 == pytest.approx(0.1)
    assert figures.end_to_end is not None
    assert figures.end_to_end.count == 1
    clock.now = 11.0
    assert ledger.read().prompt_tokens_per_second == 0.0


def test_failures_and_further_attempts_are_counted() -> None:
    ledger = Ledger()
    failed = Failed(code=ErrorCode.ENGINE_LOST, message="gone")
    ledger.watch(make_request("r", attempt=2), lambda batch: None)(EventBatch(events=(failed,)))
    ledger.note_refusal(failed)
    figures = ledger.read()
    assert figures.errors == {"engine_lost": 2}
    assert figures.retried_requests == 1
    assert figures.time_to_first_token is None


def test_an_answer_without_tokens_has_no_latency_and_the_window_is_bounded() -> None:
    ledger = Ledger()
    sink = ledger.watch(make_request("r"), lambda batch: None)
    sink(finish(tokens=0))
    assert ledger.read().end_to_end is None
    for _ in range(WINDOW + 5):
        sink(finish(tokens=1))
    figures = ledger.read()
    assert figures.end_to_end is not None
    assert figures.end_to_end.count == WINDOW
    assert figures.inter_token is None


def test_quantiles_are_of_the_nearest_rank() -> None:
    found = find_quantiles([float(n) for n in range(1, 102)])
    assert found is not None
    assert (found.p50, found.p90, found.p99, found.count) == (51.0, 91.0, 100.0, 101)
    assert find_quantiles([]) is None


class FakeNvml:
    """One GPU that knows its temperature and name, and nothing else."""

    NVML_TEMPERATURE_GPU = 0
    NVML_CLOCK_SM, NVML_CLOCK_MEM = 1, 2
    nvmlClocksThrottleReasonSwPowerCap = 4  # noqa: N815

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("nvmlDevice"):
            raise AttributeError(name)

        def refuse(*_arguments: object) -> Any:
            raise RuntimeError("Not Supported")

        return refuse

    def nvmlDeviceGetCount(self) -> int:
        return 1

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:
        return index

    def nvmlDeviceGetName(self, gpu: int) -> bytes:
        return b"NVIDIA H200"

    def nvmlDeviceGetTemperature(self, gpu: int, sensor: int) -> int:
        return 61

    def nvmlDeviceGetMemoryInfo(self, gpu: int) -> SimpleNamespace:
        return SimpleNamespace(used=5, total=9)

    def nvmlDeviceGetCurrentClocksThrottleReasons(self, gpu: int) -> int:
        return 4


class FakeNvmlWithEvents(FakeNvml):
    nvmlEventTypeXidCriticalError = 8  # noqa: N815

    def __init__(self, *xids: int) -> None:
        self.xids = list(xids)
        self.registered: list[int] = []

    def nvmlEventSetCreate(self) -> str:
        return "events"

    def nvmlDeviceRegisterEvents(self, gpu: int, kind: int, events: str) -> None:
        self.registered.append(gpu)

    def nvmlEventSetWait_v2(self, events: str, milliseconds: int) -> SimpleNamespace:
        if not self.xids:
            raise RuntimeError("Timeout")
        return SimpleNamespace(device=0, eventData=self.xids.pop(0))

    def nvmlDeviceGetIndex(self, gpu: int) -> int:
        return gpu


def test_the_newest_xid_of_a_gpu_stays() -> None:
    nvml = FakeNvmlWithEvents(31, 79)
    xids = XidEvents(nvml)
    assert nvml.registered == [0]
    assert [read_gpus(nvml, xids)[0].last_xid for _ in range(2)] == [79, 79]


def test_a_gpu_tells_what_it_knows_and_none_for_the_rest() -> None:
    assert read_gpus(FakeNvml(), XidEvents(FakeNvml())) == (
        DeviceStatus(
            index=0,
            name="NVIDIA H200",
            temperature_celsius=61.0,
            memory_used_bytes=5,
            memory_total_bytes=9,
            throttle_reasons=("software_power_cap",),
        ),
    )


def test_a_processor_tells_of_this_process() -> None:
    watcher = DeviceWatcher(on_gpu=False)
    watcher.start()
    wait_for(lambda: watcher.latest, "a reading")
    watcher.stop()
    (device,) = watcher.latest
    assert device.name
    assert device.memory_used_bytes
    assert device.utilization is not None
    assert 0.0 <= device.utilization <= 1.0


def test_a_processor_that_works_is_seen_to_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "READ_SECONDS", 0.05)
    watcher = DeviceWatcher(on_gpu=False)
    watcher.start()

    def is_busy() -> bool:
        sum(range(200_000))
        return any(device.utilization for device in watcher.latest)

    wait_for(is_busy, "a share of the processor above zero")
    watcher.stop()


def test_each_beat_keeps_a_sample_and_the_new_log_lines(
    shared_server: RedisServer, redis: Any
) -> None:
    ring = LogRing()
    ring.setFormatter(logging.Formatter("%(message)s"))
    status = idle_status(worker_id="w", model="m", state="ready", reason="", started_at=1.0)  # type: ignore[arg-type]
    heartbeat = Heartbeat(shared_server.client(), ActiveRequests(), lambda: status, ring)
    for number in range(WORKER_LOG_LINES + 3):
        ring.emit(logging.makeLogRecord({"msg": f"line {number}"}))
    heartbeat.beat()
    ring.emit(logging.makeLogRecord({"msg": "the newest"}))
    heartbeat.beat()
    lines = redis.lrange(worker_log_key("w"), 0, -1)
    assert len(lines) == WORKER_LOG_LINES
    assert (lines[0], lines[-1]) == ("line 4", "the newest")
    samples = [json.loads(fields["sample"]) for _, fields in redis.xrange(worker_samples_key("w"))]
    assert [sample["running"] for sample in samples] == [0, 0]
    assert "kv" not in samples[0]
    assert redis.ttl(worker_samples_key("w")) > 0


def test_log_lines_are_json_with_the_logger_and_the_time() -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        ring = configure_logs()
        logging.getLogger("some.room").warning("A sentence with %d", 5)
        (line,) = ring.take()
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    record = json.loads(line)
    assert (record["event"], record["logger"]) == ("A sentence with 5", "some.room")
    assert record["timestamp"]
    assert ring.take() == ()


def test_another_checkpoint_of_the_same_name_is_another_revision(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"torch_dtype": "bfloat16"}')
    first = identify_model(tmp_path)
    assert (len(first.revision), first.weight_format) == (12, "bfloat16")
    assert identify_model(tmp_path) == first
    (tmp_path / "model.safetensors").write_bytes(b"12")
    assert identify_model(tmp_path).revision != first.revision
    (tmp_path / "config.json").write_text('{"quantization_config": {"format": "x"}}')
    assert identify_model(tmp_path).weight_format == "fp8"
    (tmp_path / "config.json").write_text("[]")
    with pytest.raises(ValueError, match="no object"):
        identify_model(tmp_path)
