"""A thread that does one thing again and again until it is told to end."""

import threading
from collections.abc import Callable
from contextvars import copy_context
from functools import partial

import structlog
from django.db import close_old_connections, connections

log = structlog.get_logger(__name__)


class PeriodicThread:
    """Calls `action` every `interval_seconds`, first at once where `at_once`.

    An action that raises is logged and called again at the next time. What is bound to the log
    where this is made (the turn, the request) is bound in the thread as well.
    """

    def __init__(
        self,
        name: str,
        interval_seconds: float,
        action: Callable[[], None],
        *,
        at_once: bool = False,
    ) -> None:
        self._name = name
        self._interval_seconds = interval_seconds
        self._action = action
        self._at_once = at_once
        self._ended = threading.Event()
        run = partial(copy_context().run, self._run)
        self._thread = threading.Thread(target=run, name=name, daemon=True)

    def start(self) -> None:
        """Begins; once only."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the present action and waits for that."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            if self._at_once:
                self._act()
            while not self._ended.wait(self._interval_seconds):
                self._act()
        finally:
            connections.close_all()

    def _act(self) -> None:
        try:
            self._action()
        except Exception:
            log.exception("periodic_action_failed", thread=self._name)
        close_old_connections()
