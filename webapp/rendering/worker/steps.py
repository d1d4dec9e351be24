"""The boot step of a render worker: the loop with the pool, and a heartbeat.

Added to the Celery application that only render workers run.
"""

from typing import Any

from celery import bootsteps

from engine.protocol.names import WORKER_TTL_SECONDS
from webapp.core.environment import PROJECT_ROOT
from webapp.core.periodic import PeriodicThread
from webapp.core.redis import redis_client
from webapp.rendering.worker.pool_loop import PoolLoop
from webapp.rendering.worker.status import write_status
from webapp.shelf.files import library_file

HEARTBEAT_SECONDS = 1.0
CHROMIUM_FOLDER = PROJECT_ROOT / "var" / "chromium"
_running: list[PoolLoop] = []


def current_pool_loop() -> PoolLoop:
    """The loop of this render worker, for its tasks. Raises RuntimeError in other processes."""
    if not _running:
        raise RuntimeError("This process is no render worker.")
    return _running[0]


class RenderStep(bootsteps.StartStopStep):  # type: ignore[misc]
    """Begins before the first message is taken, ends when the worker does."""

    requires = {"celery.worker.components:Pool"}

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self._loop = PoolLoop(CHROMIUM_FOLDER, library_file)
        self._heartbeat = PeriodicThread(
            "render-heartbeat", HEARTBEAT_SECONDS, self._beat, at_once=True
        )

    def start(self, _worker: Any) -> None:
        """Start the browser; without one the worker says so and answers that it cannot look."""
        self._loop.start()
        _running.append(self._loop)
        self._heartbeat.start()

    def stop(self, _worker: Any) -> None:
        """End the browser."""
        if self._loop in _running:
            _running.remove(self._loop)
            self._heartbeat.stop()
            self._loop.stop()

    terminate = stop

    def _beat(self) -> None:
        write_status(redis_client(), self._loop.status, WORKER_TTL_SECONDS)
