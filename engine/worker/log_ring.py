"""The last lines of the worker's log, kept for whoever watches it from afar."""

import logging
import threading
from collections import deque
from collections.abc import Sequence

from redis.client import Pipeline

from engine.protocol.names import WORKER_LOG_LINES, worker_log_key

KEEP_SECONDS = 24 * 3600


class LogRing(logging.Handler):
    """Holds formatted lines until they are shipped, the newest `WORKER_LOG_LINES` of them."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: deque[str] = deque(maxlen=WORKER_LOG_LINES)
        self._guard = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        line = self.format(record)
        with self._guard:
            self._lines.append(line)

    def take(self) -> Sequence[str]:
        """The lines since the last call."""
        with self._guard:
            lines = tuple(self._lines)
            self._lines.clear()
        return lines


def ship(pipeline: Pipeline, worker_id: str, lines: Sequence[str]) -> None:
    """Add the commands that put `lines` behind those that are there."""
    if not lines:
        return
    key = worker_log_key(worker_id)
    pipeline.rpush(key, *lines)
    pipeline.ltrim(key, -WORKER_LOG_LINES, -1)
    pipeline.expire(key, KEEP_SECONDS)
