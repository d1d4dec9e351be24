"""Has a turns worker consume anew when it lives but takes no messages."""

import time
from typing import Any

import structlog
from celery.worker import state

from engine.protocol.hearing import Hearing
from engine.protocol.names import TURNS_QUEUE
from webapp.generation.doorbell import count_waiting

log = structlog.get_logger(__name__)


class TurnsQueueGuard:
    """Looks at the queue of `worker`, a Celery worker, whenever it is told to."""

    def __init__(self, worker: Any) -> None:
        self._worker = worker
        self._hearing = Hearing()

    def look(self) -> None:
        """Look once. The consumer belongs to Celery's own thread, so that is asked to do it."""
        is_deaf = self._hearing.is_deaf(
            time.monotonic(),
            waiting=count_waiting(TURNS_QUEUE),
            taken=sum(state.total_count.values()),
            has_place=len(state.active_requests) < self._worker.concurrency,
        )
        if is_deaf:
            log.warning("turns_queue_consumed_anew")
            consumer = self._worker.consumer
            consumer.call_soon(consumer.cancel_task_queue, TURNS_QUEUE)
            consumer.call_soon(consumer.add_task_queue, TURNS_QUEUE)
