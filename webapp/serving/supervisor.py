"""Keeps the children running: starts them in order, starts again what ends, ends all in order."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from webapp.serving.child_process import ChildProcess, ChildSpec, start_child
from webapp.serving.errors import StartError

FIRST_BACKOFF_SECONDS = 0.5
LAST_BACKOFF_SECONDS = 30.0
HEALTHY_SECONDS = 60.0
STARTS_BEFORE_READY = 3
STOP_SECONDS = 8.0
CANNOT_WORK_EXIT_CODE = 78
log = structlog.get_logger(__name__)
# A child, its exit code, and if it was ended because it hung, how that showed.
NoteExit = Callable[[ChildSpec, int, str | None], None]


def note_nothing(_spec: ChildSpec, _exit_code: int, _hung_reason: str | None) -> None:
    """For those who need no notes of exits."""


@dataclass(slots=True)
class _Kept:
    """A child that is kept running, and when it may start again."""

    child: ChildProcess
    starts: int = 1
    restart_at: float | None = None
    hung_reason: str | None = None


class Supervisor:
    """Owns the children. `explain` finds the sentence for a child that ended for good; `note_exit`
    is told of every child that ended while it should run."""

    def __init__(
        self, explain: Callable[[ChildSpec, int], str], note_exit: NoteExit = note_nothing
    ) -> None:
        self._explain = explain
        self._tell_exit = note_exit
        self._kept: list[_Kept] = []
        self.is_ready = False

    def start(self, spec: ChildSpec) -> ChildProcess:
        """Start a child and keep it running from now on."""
        child = start_child(spec)
        self._kept.append(_Kept(child))
        log.info("child_started", child=spec.name, pid=child.process.pid)
        return child

    def tend(self) -> None:
        """Look after every child once. Raises StartError if one has ended for good: it said that
        it cannot work, or it keeps ending before Atelier was ever ready."""
        for kept in self._kept:
            if kept.restart_at is not None:
                self._restart_when_due(kept)
            elif kept.child.exit_code is not None:
                self._note_exit(kept, kept.child.exit_code)

    def list_running(self) -> list[ChildProcess]:
        """The children that run now."""
        return [kept.child for kept in self._kept if kept.child.exit_code is None]

    def replace_hung(self, name: str, reason: str) -> None:
        """End a child that lives but does nothing, which shows by `reason`; it will be started
        again."""
        for kept in self._kept:
            if kept.child.spec.name == name and kept.child.exit_code is None:
                log.warning("child_hangs", child=name, pid=kept.child.process.pid, reason=reason)
                kept.hung_reason = reason
                kept.child.kill()

    def stop(self, *, last: tuple[str, ...]) -> None:
        """End all but the children named `last`, then those: ask, wait, and kill what has not ended
        by then."""
        for is_last in (False, True):
            kept = [one for one in self._kept if (one.child.spec.name in last) is is_last]
            end_children([one.child for one in kept], STOP_SECONDS)

    def kill_all(self) -> None:
        """End everything at once."""
        for kept in self._kept:
            kept.child.kill()

    def _note_exit(self, kept: _Kept, exit_code: int) -> None:
        spec = kept.child.spec
        log.warning("child_ended", child=spec.name, exit_code=exit_code)
        self._tell_exit(spec, exit_code, kept.hung_reason)
        kept.hung_reason = None
        if time.monotonic() - kept.child.started_at > HEALTHY_SECONDS:
            kept.starts = 0
        gives_up = spec.needed and not self.is_ready and kept.starts >= STARTS_BEFORE_READY
        if exit_code == CANNOT_WORK_EXIT_CODE or gives_up:
            raise StartError(self._explain(spec, exit_code))
        backoff = min(FIRST_BACKOFF_SECONDS * 2**kept.starts, LAST_BACKOFF_SECONDS)
        kept.restart_at = time.monotonic() + backoff

    def _restart_when_due(self, kept: _Kept) -> None:
        if kept.restart_at is not None and time.monotonic() >= kept.restart_at:
            kept.child = start_child(kept.child.spec)
            kept.starts += 1
            kept.restart_at = None
            log.info("child_restarted", child=kept.child.spec.name, pid=kept.child.process.pid)


def end_children(children: list[ChildProcess], seconds: float) -> None:
    """Ask the children to end, wait up to `seconds` for all of them, kill the rest."""
    deadline = time.monotonic() + seconds
    for child in children:
        child.signal(signal.SIGTERM)
    for child in children:
        if not child.wait(deadline):
            log.warning("child_killed", child=child.spec.name)
        child.kill()
