"""What a turns worker does beside its tasks: it lives, reconciles, calls the line, and drains.

Added to the Celery application of the web side, which only the turns worker runs.
"""

import time
from typing import Any

from celery import bootsteps
from celery.signals import worker_shutting_down

from engine.protocol.names import TURNS_WORKER_KEY, WORKER_TTL_SECONDS
from webapp.core.periodic import PeriodicThread
from webapp.core.redis import redis_client
from webapp.core.tracing import flush_spans
from webapp.generation.drain import DRAINING

RECONCILE_SECONDS = 5.0
HEARTBEAT_SECONDS = 1.0
LINE_SECONDS = 1.0
GUARD_SECONDS = 1.0


class TurnsHousekeeping(bootsteps.StartStopStep):  # type: ignore[misc]
    """Threads beside the pool, begun with the worker and ended with it."""

    requires = {"celery.worker.components:Pool"}

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self._threads: list[PeriodicThread] = []

    def start(self, worker: Any) -> None:
        """Begins to beat, to reconcile, to tell places in line and to look whether messages are
        taken."""
        from webapp.generation.line_caller import LineCaller
        from webapp.generation.queue_guard import TurnsQueueGuard
        from webapp.generation.reconciler import reconcile

        worker_shutting_down.connect(_drain)
        self._threads = [
            PeriodicThread("turns-heartbeat", HEARTBEAT_SECONDS, _beat, at_once=True),
            PeriodicThread("turns-reconciler", RECONCILE_SECONDS, reconcile, at_once=True),
            PeriodicThread("turns-line", LINE_SECONDS, LineCaller()),
            PeriodicThread("turns-queue-guard", GUARD_SECONDS, TurnsQueueGuard(worker).look),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self, _worker: Any) -> None:
        """Ends the threads; says that this worker is gone."""
        for thread in self._threads:
            thread.stop()
        self._threads = []
        flush_spans()


class TurnsWarmUp(bootsteps.StartStopStep):  # type: ignore[misc]
    """Has the threads of the pool come up with the worker."""

    requires = {"celery.worker.components:Pool"}

    def start(self, worker: Any) -> None:
        """Begins it; messages that come meanwhile wait for a thread."""
        from webapp.generation.warming import warm_up

        warm_up(worker.pool.executor, worker.concurrency)


def _beat() -> None:
    redis_client().set(TURNS_WORKER_KEY, f"{time.time():.3f}", ex=WORKER_TTL_SECONDS)


def _drain(**_signal: Any) -> None:
    """Turns are left at their next look, for another worker to go on with."""
    DRAINING.set()
