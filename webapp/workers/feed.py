"""One reader for all sockets of a process that watch the workers, running only while one does."""

import asyncio
import time
from collections.abc import Callable

import structlog
from channels.db import database_sync_to_async
from django.db import DatabaseError
from redis.exceptions import RedisError

from webapp.core.redis import redis_client
from webapp.workers.frames import read_frame

INTERVAL_SECONDS = 1.0
Sink = Callable[[str], None]
log = structlog.get_logger(__name__)


def read_frame_text() -> str:
    """The frame of this moment as JSON."""
    return read_frame(redis_client()).model_dump_json()


class WorkersFeed:
    """Hands every sink the frame of each second. `read` makes one, in a thread of its own, so that
    a Redis that is away holds up no request. Belongs to one event loop."""

    def __init__(
        self, read: Callable[[], str], *, interval_seconds: float = INTERVAL_SECONDS
    ) -> None:
        self._read = read
        self._interval_seconds = interval_seconds
        self._sinks: set[Sink] = set()
        self._task: asyncio.Task[None] | None = None

    def watch(self, sink: Sink) -> None:
        """Hands frames to `sink` until `unwatch`; it must not block."""
        self._sinks.add(sink)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="workers-feed")

    def unwatch(self, sink: Sink) -> None:
        """Hands it no more. Without any sink nothing is read."""
        self._sinks.discard(sink)

    async def _run(self) -> None:
        while self._sinks:
            begun = time.monotonic()
            try:
                text = await database_sync_to_async(self._read, thread_sensitive=False)()
                for sink in tuple(self._sinks):
                    sink(text)
            except (RedisError, DatabaseError, OSError) as error:
                log.warning("workers_feed_failed", error=type(error).__name__)
            except Exception:
                log.exception("workers_feed_failed")
            await asyncio.sleep(max(0.05, begun + self._interval_seconds - time.monotonic()))
