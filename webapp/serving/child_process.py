"""One child process: its command, its log file, its start and its end.

Every child leads a session of its own, so that Ctrl-C in the terminal reaches only the supervisor,
which ends the children in order. On Linux the kernel ends a child whose supervisor is gone.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from webapp.serving.log_file import rotate_log

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """What to run, and where its output goes. Without a child that is not `needed` Atelier starts
    all the same; `worker_id` is the name under which an engine worker reports."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    folder: Path
    needed: bool = True
    worker_id: str | None = None


@dataclass(slots=True)
class ChildProcess:
    """A running child."""

    spec: ChildSpec
    process: subprocess.Popen[bytes]
    started_at: float = field(default_factory=time.monotonic)

    @property
    def exit_code(self) -> int | None:
        """How it ended, or None while it runs."""
        return self.process.poll()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the child and to whatever it has started."""
        if self.process.returncode is None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return

    def wait(self, deadline: float) -> bool:
        """True if it has ended by the monotonic time `deadline`."""
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """End it for certain, with its whole group."""
        self.signal(signal.SIGKILL)
        self.process.wait()


def start_child(spec: ChildSpec) -> ChildProcess:
    """Start `spec`, its output appended to its log."""
    rotate_log(spec.log)
    with spec.log.open("ab") as log:
        process = subprocess.Popen(
            spec.command,
            cwd=spec.folder,
            env=dict(spec.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent(),
        )
    return ChildProcess(spec, process)


def _die_with_parent() -> "_DeathWish | None":
    return _DeathWish(os.getpid()) if sys.platform == "linux" else None


class _DeathWish:
    """Runs in the new process before the program does; the library is loaded before the fork."""

    def __init__(self, parent: int) -> None:
        self._prctl = ctypes.CDLL(None, use_errno=True).prctl
        self._parent = parent

    def __call__(self) -> None:
        self._prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != self._parent:
            os._exit(1)
