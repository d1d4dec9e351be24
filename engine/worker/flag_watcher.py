"""Watches the stop flags of all running requests, from a thread of its own.

One MGET for all of them, at the beginning of every step (`note_step`), at least every 8 ms, and
only while there are requests. It travels while the model computes: a flag that was set during one
step is seen during the next, and frees its slot before the one after that is computed, unless this
thread gets no core for so long.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from engine.protocol.names import engine_stop_key
from engine.worker.active_requests import ActiveRequests

POLL_SECONDS = 0.008
POLL_SECONDS_WITHOUT_REDIS = 0.5
IDLE_SECONDS = 0.5
logger = logging.getLogger(__name__)


class StopWatcher:
    """Calls `abort` for every request that somebody wants stopped, again until it has ended."""

    def __init__(
        self, redis: Redis, active_requests: ActiveRequests, abort: Callable[[str], None]
    ) -> None:
        self._redis = redis
        self._active_requests = active_requests
        self._abort = abort
        self._stopping = threading.Event()
        self._step_begins = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stop-watcher", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def note_step(self) -> tuple[str, ...]:
        """The engine begins a step: look now, in the watcher's thread. Names nobody by itself."""
        self._step_begins.set()
        return ()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._step_begins.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            if self._active_requests.wait_for_some(IDLE_SECONDS):
                self._step_begins.wait(POLL_SECONDS)
                self._step_begins.clear()
                self._stopping.wait(self._poll())

    def _poll(self) -> float:
        """Looks at the flags once; returns how long to wait before the next look."""
        request_ids = self._active_requests.ids()
        if not request_ids:
            return 0.0
        try:
            flags: Any = self._redis.mget([engine_stop_key(id_) for id_ in request_ids])
        except RedisError as error:
            logger.warning("Stop flags cannot be read: %s", error)
            return POLL_SECONDS_WITHOUT_REDIS
        for request_id, flag in zip(request_ids, flags, strict=True):
            if flag is not None:
                self._abort(request_id)
        return 0.0
