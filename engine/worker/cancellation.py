"""Watches the stop flags of all running requests, from a thread of its own.

One MGET for all of them, every 8 ms and only while there are requests. An abort reaches
the engine between two steps, so a set flag frees its slot within two steps unless
steps are shorter than that.
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
        self._thread = threading.Thread(target=self._run, name="stop-watcher", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            if self._active_requests.wait_for_some(IDLE_SECONDS):
                self._stopping.wait(self._poll())

    def _poll(self) -> float:
        """Looks at the flags once; returns how long to wait for the next look."""
        request_ids = self._active_requests.ids()
        if not request_ids:
            return POLL_SECONDS
        try:
            flags: Any = self._redis.mget([engine_stop_key(id_) for id_ in request_ids])
        except RedisError as error:
            logger.warning("Stop flags cannot be read: %s", error)
            return POLL_SECONDS_WITHOUT_REDIS
        for request_id, flag in zip(request_ids, flags, strict=True):
            if flag is not None:
                self._abort(request_id)
        return POLL_SECONDS
