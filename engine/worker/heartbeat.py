"""Says every second, with a time to live, that the worker lives and which requests it holds; and
keeps what charts and log views show: a sample of the second, and the new lines of the log."""

import json
import logging
import os
import platform
import threading
import time
from collections.abc import Callable
from dataclasses import asdict

from redis import Redis
from redis.exceptions import RedisError

from engine.protocol import WorkerState, WorkerStatus
from engine.protocol.names import WORKER_TTL_SECONDS, worker_key
from engine.worker.active_requests import ActiveRequests
from engine.worker.claims import renew
from engine.worker.log_ring import LogRing, ship
from engine.worker.samples import add_sample

BEAT_SECONDS = 1.0
logger = logging.getLogger(__name__)


class Heartbeat:
    """Owns the beating thread. `read_status` gives the status of the moment."""

    def __init__(
        self,
        redis: Redis,
        active_requests: ActiveRequests,
        read_status: Callable[[], WorkerStatus],
        log_ring: LogRing | None = None,
    ) -> None:
        self._redis = redis
        self._active_requests = active_requests
        self._read_status = read_status
        self._log_ring = log_ring
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self, *, forget: bool) -> None:
        """End the thread. `forget` takes the status away; else the last one stays until it
        expires, so that the reason of a failure can be read."""
        self._stopping.set()
        self._thread.join()
        if forget:
            self._try(lambda: self._redis.delete(worker_key(self._read_status().worker_id)))
        else:
            self.beat()

    def beat(self) -> None:
        """Say it now."""
        self._try(self._write)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.beat()
            self._stopping.wait(BEAT_SECONDS)

    def _write(self) -> None:
        status = self._read_status()
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.set(
            worker_key(status.worker_id), json.dumps(asdict(status)), ex=WORKER_TTL_SECONDS
        )
        add_sample(pipeline, status)
        if self._log_ring is not None:
            ship(pipeline, status.worker_id, self._log_ring.take())
        for active in self._active_requests.held():
            renew(pipeline, active, status.worker_id)
        pipeline.execute()

    def _try(self, write: Callable[[], object]) -> None:
        try:
            write()
        except RedisError as error:
            logger.warning("Redis does not take the heartbeat: %s", error)


def idle_status(
    *, worker_id: str, model: str, state: WorkerState, reason: str, started_at: float
) -> WorkerStatus:
    """The status of a worker that has no engine (yet, or ever)."""
    return WorkerStatus(
        worker_id=worker_id,
        model=model,
        state=state,
        reason=reason,
        device="",
        dtype="",
        pid=os.getpid(),
        host=platform.node(),
        started_at=started_at,
        updated_at=time.time(),
        context_length=0,
        steps=0,
        running=0,
        waiting=0,
        max_running=0,
        kv_blocks_used=0,
        kv_blocks_total=0,
        generated_tokens=0,
        tokens_per_second=0.0,
    )
