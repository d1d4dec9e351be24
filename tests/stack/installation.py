"""An installation of Atelier as processes, and the list of those that it has running."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.shared_cache import share_cache
from webapp.core.environment import PROJECT_ROOT

START_SECONDS = 120
STOP_SECONDS = 40
_SETTINGS = ("ATELIER_", "REDIS_URL", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")


class Installation:
    """`manage.py serve` in a data folder of its own, on ports of its own."""

    def __init__(self, home: Path, model: Path) -> None:
        self.home = home
        self.model = model
        self.port, self.artifact_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"

    def serve(self, *options: str) -> subprocess.Popen[str]:
        """The command, just started."""
        share_cache(self.home)
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(_SETTINGS)}
        return subprocess.Popen(
            [
                *(sys.executable, str(PROJECT_ROOT / "manage.py"), "serve"),
                *("--port", str(self.port), "--artifact-port", str(self.artifact_port)),
                *("--model", str(self.model), *options),
            ],
            env={**inherited, "ATELIER_HOME": str(self.home), "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def serve_in_vain(self, *options: str) -> tuple[int, str]:
        """Exit code and output of a start that cannot work."""
        process = self.serve(*options)
        output, _ = process.communicate(timeout=START_SECONDS)
        return process.returncode, output

    def processes(self) -> list[psutil.Process]:
        """Every process on this machine that belongs to this installation."""
        return [process for process in psutil.process_iter() if self._owns(process)]

    def parts(self) -> list[psutil.Process]:
        """The same without what the render worker has started to draw with."""
        return [one for one in self.processes() if "playwright" not in " ".join(one.cmdline())]

    def _owns(self, process: psutil.Process) -> bool:
        """By the variable it was given, or by its folder: Redis writes over its variables."""
        try:
            given = process.environ().get("ATELIER_HOME") == str(self.home)
            return given or Path(process.cwd()).is_relative_to(self.home)
        except (psutil.Error, OSError):
            return False

    def child(self, name: str) -> psutil.Process:
        """The running child whose command has `name` in it."""
        found = self.child_or_none(name)
        assert found is not None
        return found

    def child_or_none(self, name: str) -> psutil.Process | None:
        """The same, or None while there is none."""
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                if name in " ".join(process.cmdline()):
                    return process
        return None

    def status_of(self, path: str) -> int:
        """The HTTP status of a GET, 0 while nobody listens."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0


def read_line(process: subprocess.Popen[str]) -> str:
    """The first line that the command prints; the test fails if it takes too long."""
    assert process.stdout is not None
    timer = threading.Timer(START_SECONDS, process.kill)
    timer.start()
    line = process.stdout.readline()
    timer.cancel()
    return line


def stop(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str]:
    """Send a signal and wait; exit code and what was printed after the first line."""
    process.send_signal(number)
    rest, _ = process.communicate(timeout=STOP_SECONDS)
    return process.returncode, rest


def wait_until(is_so: Callable[[], object], seconds: float) -> bool:
    """Whether it was so within `seconds`."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on right now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
