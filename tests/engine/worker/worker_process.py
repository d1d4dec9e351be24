"""A real engine worker as a process, with its Redis, as `manage.py serve` starts it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from celery import Celery

from engine.protocol import EngineEvent, EventBatch, GenerationRequest
from engine.protocol.codec import decode_batch, encode_request
from engine.protocol.names import GENERATE_TASK, WORKER_KEY_PATTERN, engine_queue, engine_stream
from engine.worker.settings import PROJECT_ROOT, WorkerSettings
from tests.engine.worker.redis_server import RedisServer
from tests.engine.worker.waiting import wait_for

# The first start on a machine builds the compiled step.
START_SECONDS = 180.0


class WorkerProcess:
    """One worker for one model; `log` is what it wrote."""

    def __init__(self, server: RedisServer, model: Path, log: Path) -> None:
        self.server = server
        self.redis: Any = server.client()
        self.log = log
        settings = WorkerSettings(model_folder=model, device="cpu", redis_url=server.url)
        self._queue = engine_queue(model.name)
        self._producer = Celery("test", broker=settings.broker_url, set_as_current=False)
        environment = {
            **os.environ,
            "REDIS_URL": server.url,
            "ATELIER_MODEL": str(model),
            "ATELIER_DEVICE": "cpu",
            "OMP_NUM_THREADS": "1",
        }
        # As `manage.py serve` does: where Celery sees it, it loads Django and these settings.
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        command = [
            *(sys.executable, "-m", "celery", "-A", "engine.worker.app", "worker"),
            *("-P", "threads", "-c", "4", "-Q", self._queue, "-n", "test@%h"),
            *("--without-gossip", "--without-mingle"),
        ]
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=PROJECT_ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def close(self) -> None:
        self._producer.close()
        self.redis.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def status(self) -> dict[str, Any]:
        keys = list(self.redis.scan_iter(match=WORKER_KEY_PATTERN))
        text = self.redis.get(keys[0]) if keys else None
        status: dict[str, Any] = json.loads(text) if text else {}
        return status

    def wait_until_ready(self) -> None:
        wait_for(self._is_ready, "a ready worker", START_SECONDS)

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        return self.status().get("state") == "ready"

    def send(self, request: GenerationRequest) -> None:
        self.send_payload(encode_request(request))

    def send_payload(self, payload: object) -> None:
        self._producer.send_task(
            GENERATE_TASK, args=[payload], queue=self._queue, ignore_result=True
        )

    def batches(self, request_id: str) -> list[tuple[str, EventBatch]]:
        entries = self.redis.xrange(engine_stream(request_id))
        return [(id_, decode_batch(fields["batch"])) for id_, fields in entries]

    def events(self, request_id: str) -> list[EngineEvent]:
        return [event for _, batch in self.batches(request_id) for event in batch.events]

    def wait_for_end(self, request_id: str) -> list[EngineEvent]:
        def read() -> list[EngineEvent]:
            events = self.events(request_id)
            return events if events and events[-1].type in ("finished", "failed") else []

        return wait_for(read, f"the end of {request_id}")

    def wait_for_tokens(self, request_id: str, count: int) -> None:
        def enough() -> bool:
            return sum(len(batch.token_ids) for _, batch in self.batches(request_id)) >= count

        wait_for(enough, f"{count} tokens of {request_id}")

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)
