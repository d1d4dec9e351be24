"""A worker that loads says how far it is, in its status and so to everyone who waits."""

import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from engine.checkpoint.progress import LoadProgress
from engine.errors import CheckpointError
from engine.llm_engine import LLMEngine
from engine.protocol import WorkerState, WorkerStatus
from engine.worker.engine_host import EngineHost, ModelCannotBeServed
from engine.worker.settings import WorkerSettings
from tests.engine.worker.redis_server import RedisServer


def test_the_status_tells_how_far_loading_is(
    shared_server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[WorkerStatus] = []
    settings = WorkerSettings(model_folder=tmp_path, device="cpu", redis_url=shared_server.url)
    host = EngineHost(settings)

    def load(*_: object, progress: object, **__: object) -> LLMEngine:
        assert callable(progress)
        progress(LoadProgress(43 * 10**9, 108 * 10**9, 2.1 * 10**9, 31.0))
        told.append(host.read_status())
        raise CheckpointError("It ends here.")

    monkeypatch.setattr(LLMEngine, "from_folder", load)
    with pytest.raises(ModelCannotBeServed, match="It ends here"):
        host.start("w")
    assert told[0].state is WorkerState.STARTING
    assert told[0].load_progress == pytest.approx(43 / 108)
    assert told[0].load_text == "Loading weights: 43 of 108 GB, 2.1 GB/s, about 31 s left"


def test_a_status_of_an_older_worker_is_still_read() -> None:
    status = WorkerStatus(
        worker_id="w", model="m", state=WorkerState.READY, reason="", device="cpu", dtype="float32",
        pid=1, started_at=1.0, updated_at=2.0, context_length=4096, steps=0, running=0, waiting=0,
        max_running=4, kv_blocks_used=0, kv_blocks_total=8, generated_tokens=0,
        tokens_per_second=0.0,
    )  # fmt: skip
    adapter = TypeAdapter(WorkerStatus)
    values = json.loads(adapter.dump_json(status))
    for name in ("load_progress", "load_text"):
        del values[name]
    assert adapter.validate_json(json.dumps(values)) == status
