"""The thread of a turns worker that collects what workers tell."""

from typing import Any

from celery import bootsteps

from webapp.core.periodic import PeriodicThread

COLLECT_SECONDS = 2.0


class CollectorStep(bootsteps.StartStopStep):  # type: ignore[misc]
    """Begun with the worker and ended with it."""

    requires = {"celery.worker.components:Pool"}

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self._thread: PeriodicThread | None = None

    def start(self, _worker: Any) -> None:
        """Begins to look."""
        from webapp.workers.collector import WorkerCollector

        collector = WorkerCollector()
        self._thread = PeriodicThread("workers-collector", COLLECT_SECONDS, collector.look)
        self._thread.start()

    def stop(self, _worker: Any) -> None:
        """Ends the thread."""
        if self._thread is not None:
            self._thread.stop()
            self._thread = None
