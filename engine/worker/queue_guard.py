"""Has the worker consume anew when it lives but takes no messages, in a thread of its own."""

import logging
import threading
import time
from collections.abc import Callable

from celery.worker import state
from redis import Redis
from redis.exceptions import RedisError

from engine.protocol.hearing import Hearing
from engine.protocol.names import queue_lists
from engine.worker.queue_door import QueueDoor

LOOK_SECONDS = 1.0
logger = logging.getLogger(__name__)


class QueueGuard:
    """Owns the looking thread. `is_open` says whether the worker wants messages now."""

    def __init__(
        self, redis: Redis, queue: str, door: QueueDoor, is_open: Callable[[], bool]
    ) -> None:
        self._redis = redis
        self._queue = queue
        self._door = door
        self._is_open = is_open
        self._hearing = Hearing()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="queue-guard", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                self._look()
            except RedisError as error:
                logger.debug("The queue cannot be looked at: %s", error)

    def _look(self) -> None:
        is_deaf = self._hearing.is_deaf(
            time.monotonic(),
            waiting=sum(int(self._redis.llen(key)) for key in queue_lists(self._queue)),
            taken=sum(state.total_count.values()),
            has_place=self._is_open(),
        )
        if is_deaf:
            logger.warning("Messages wait and none is taken; the queue is consumed anew")
            self._door.close()
            self._door.open()
