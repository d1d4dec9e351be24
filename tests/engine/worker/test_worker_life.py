"""How a worker begins and ends, and what a broker that dies does to it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.protocol import (
    ChatMessage,
    ErrorCode,
    Failed,
    Finished,
    GenerationRequest,
    Role,
    SamplingParams,
)
from engine.protocol.last_words import find_reason
from engine.protocol.names import worker_commands_key, worker_result_key
from engine.worker.settings import PROJECT_ROOT
from tests.engine.worker.redis_server import RedisServer
from tests.engine.worker.waiting import wait_for
from tests.engine.worker.worker_process import WorkerProcess


def ask(request_id: str, max_tokens: int) -> GenerationRequest:
    return GenerationRequest(
        request_id=request_id,
        model="tiny-air",
        messages=(ChatMessage(role=Role.USER, content="hello"),),
        sampling=SamplingParams(seed=1, max_tokens=max_tokens),
    )


@pytest.fixture
def worker(server: RedisServer, tiny_model: Path, tmp_path: Path) -> Iterator[WorkerProcess]:
    worker = WorkerProcess(server, tiny_model, tmp_path / "log")
    worker.wait_until_ready()
    yield worker
    worker.close()


def test_a_worker_that_is_busy_when_the_broker_dies_goes_on_consuming(
    server: RedisServer, worker: WorkerProcess
) -> None:
    worker.send(ask("busy", 30_000))
    worker.wait_for_tokens("busy", 3)
    server.kill()
    server.start()
    for number in range(4):
        worker.send(ask(f"new{number}", 4))
    for number in range(4):
        assert isinstance(worker.wait_for_end(f"new{number}")[-1], Finished)
    assert worker.events("busy")[-1].type not in ("finished", "failed")
    wait_for(lambda: worker.status().get("running", 0) > 0, "a heartbeat with the busy request")
    seqs = [int(id_.partition("-")[2]) for id_, _ in worker.batches("busy")]
    assert seqs == list(range(1, len(seqs) + 1))
    assert worker.process.poll() is None


def test_a_worker_that_is_asked_to_end_leaves_long_answers_to_the_next_attempt(
    worker: WorkerProcess,
) -> None:
    names = [f"long{number}" for number in range(20)]
    for name in names:
        worker.send(ask(name, 3900))
    wait_for(lambda: all(map(worker.events, names)), "every request to be taken")
    assert worker.end() == 0
    ends = [worker.events(name)[-1] for name in names]
    lost = [end for end in ends if isinstance(end, Failed) and end.code is ErrorCode.ENGINE_LOST]
    assert lost
    assert len(lost) + sum(isinstance(end, Finished) for end in ends) == len(names)
    assert worker.status() == {}


def test_a_model_that_cannot_be_served_is_told_in_one_sentence(
    server: RedisServer, tiny_model: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken-model"
    broken.mkdir()
    for file in tiny_model.iterdir():
        (broken / file.name).write_bytes(file.read_bytes())
    (broken / "chat_template.jinja").unlink()
    worker = WorkerProcess(server, broken, tmp_path / "log")
    assert worker.process.wait(60) == 78
    status = worker.status()
    assert status["state"] == "failed"
    assert "chat_template.jinja is missing" in status["reason"]
    assert find_reason(worker.log.read_text().splitlines()[-1]) == status["reason"]
    worker.close()


def test_faulty_settings_end_the_worker_with_a_sentence() -> None:
    environment: dict[str, Any] = {**os.environ, "ATELIER_DEVICE": "tpu"}
    environment.pop("REDIS_URL", None)
    command = [sys.executable, "-m", "celery", "-A", "engine.worker.app", "worker"]
    ended = subprocess.run(
        command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 78
    (line,) = ended.stderr.splitlines()
    reason = find_reason(line) or ""
    assert reason.startswith("ATELIER_DEVICE")
    assert "REDIS_URL" in reason


def steer(worker: WorkerProcess, action: str, value: str = "") -> dict[str, Any]:
    """Ask the worker as an administrator would; its answer."""
    name = f"{action}-{value}"
    command = json.dumps({"id": name, "action": action, "value": value})
    worker.redis.rpush(worker_commands_key(worker.status()["worker_id"]), command)
    wait_for(lambda: worker.redis.exists(worker_result_key(name)), f"an answer to {name}")
    result: dict[str, Any] = json.loads(worker.redis.get(worker_result_key(name)))
    return result


def test_a_drained_worker_takes_nothing_until_it_is_resumed(worker: WorkerProcess) -> None:
    worker.send(ask("long", 30_000))
    worker.wait_for_tokens("long", 3)
    assert steer(worker, "drain", "0")["done"]
    lost = worker.wait_for_end("long")[-1]
    assert isinstance(lost, Failed)
    assert lost.code is ErrorCode.ENGINE_LOST
    assert worker.status()["state"] == "draining"
    worker.send(ask("patient", 4))
    assert steer(worker, "set_concurrency", "2")["done"]
    assert not worker.events("patient")
    assert steer(worker, "resume")["done"]
    assert isinstance(worker.wait_for_end("patient")[-1], Finished)
    wait_for(lambda: worker.status().get("max_running") == 2, "a beat with the new limit")
    wait_for(lambda: worker.status()["finished"] == {"length": 1}, "a beat with what ended")
    assert worker.status()["errors"] == {"engine_lost": 1}
    assert worker.status()["devices"][0]["memory_used_bytes"] > 0


def test_a_restart_ends_the_process_in_order(worker: WorkerProcess) -> None:
    assert steer(worker, "restart")["done"]
    assert worker.process.wait(60) == 0


def test_a_worker_becomes_one_of_another_model(worker: WorkerProcess, tiny_model: Path) -> None:
    shutil.copytree(tiny_model, tiny_model.parent / "tiny-two", dirs_exist_ok=True)
    assert steer(worker, "load_model", "tiny-two")["done"]
    wait_for(
        lambda: (
            (worker.status().get("model"), worker.status().get("state")) == ("tiny-two", "ready")
        ),
        "the other model",
        seconds=120.0,
    )
    assert worker.process.poll() is None
    assert worker.status()["pid"] == worker.process.pid
