"""Opens and closes the queue of a running Celery worker, from any thread."""

from typing import Any


class QueueDoor:
    """The door of `worker` to one queue. Celery's consumer belongs to its own thread, so that is
    asked to do it; a consumer that begins anew after a broker was away opens every queue."""

    def __init__(self, worker: Any, queue: str) -> None:
        self._worker = worker
        self._queue = queue

    def open(self) -> None:
        """Take messages."""
        consumer = self._worker.consumer
        consumer.call_soon(consumer.add_task_queue, self._queue)

    def close(self) -> None:
        """Take no more messages."""
        consumer = self._worker.consumer
        consumer.call_soon(consumer.cancel_task_queue, self._queue)
