"""The whole product as processes: `manage.py serve` in a data folder of its own."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from redis import Redis

from engine.protocol.names import WORKER_KEY_PATTERN
from webapp.core.environment import PROJECT_ROOT, embedded_socket

START_SECONDS = 120.0
STOP_SECONDS = 40.0
# The engine computes step by step in torch there: with the compiled step glm-nano has answered
# before anybody could reload, stop or kill.
_PATH_WITHOUT_COMPILER = str(Path(sys.executable).parent)
_SETTINGS = ("ATELIER_", "REDIS_URL", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")


class Product:
    """One installation, started and stopped as an operator does it."""

    def __init__(
        self,
        home: Path,
        model: str,
        *,
        engines: int = 1,
        compiled_step: bool = False,
        own_session: bool = False,
    ) -> None:
        """`compiled_step` lets the engine find a compiler, as it does at an operator's;
        `own_session` keeps a Ctrl-C at the terminal from it."""
        self.home = home
        self._compiled_step = compiled_step
        self._own_session = own_session
        self._engines = engines
        self.port, self.artifact_port = _free_ports(2)
        self._model = model
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """The app's origin."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def artifact_url(self) -> str:
        """The artifact frame's origin."""
        return f"http://127.0.0.1:{self.artifact_port}"

    @property
    def environment(self) -> dict[str, str]:
        """What every process of this installation is told."""
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)
        }
        return {
            **inherited,
            "ATELIER_HOME": str(self.home),
            "ATELIER_PORT": str(self.port),
            "ATELIER_ARTIFACT_PORT": str(self.artifact_port),
            "ATELIER_MODEL": self._model,
            "ATELIER_ENGINES": str(self._engines),
            "PATH": os.environ["PATH"] if self._compiled_step else _PATH_WITHOUT_COMPILER,
        }

    def start(self) -> None:
        """Starts everything and returns when the line with the URL has been printed."""
        command = [sys.executable, str(PROJECT_ROOT / "manage.py"), "serve"]
        self._process = subprocess.Popen(
            command,
            cwd=PROJECT_ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=self._own_session,
        )
        said = _lines_until(self._process, f"ready at {self.url}")
        if self._process.poll() is not None:
            raise RuntimeError(f"serve ended with {self._process.returncode}:\n{said}")

    def stop(self) -> None:
        """Ctrl-C; returns when every process is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise

    def restart(self) -> None:
        """Ends every process and starts them again on the same data."""
        self.stop()
        self.start()

    def run_python(self, arguments: Sequence[str], text: str) -> str:
        """Output of a Python program in this installation's environment, given `text`."""
        result = subprocess.run(
            [sys.executable, *arguments],
            cwd=PROJECT_ROOT,
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if result.returncode != 0:
            raise RuntimeError(result.stderr)
        return result.stdout

    def engine_status(self) -> dict[str, Any]:
        """What the engine worker last said of itself."""
        with contextlib.closing(self.redis()) as redis:
            keys = list(redis.scan_iter(match=WORKER_KEY_PATTERN))
            status: dict[str, Any] = json.loads(redis.get(keys[0]) or "{}")
        return status

    def redis(self) -> Redis:
        """A client of the embedded Redis; the caller closes it."""
        socket_path = str(embedded_socket(self.home))
        return Redis(unix_socket_path=socket_path, decode_responses=True)


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _lines_until(process: subprocess.Popen[str], sign: str) -> str:
    """Reads what the process says up to the line with `sign`, or to its end."""
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if sign in line:
            break
    return "".join(lines)
