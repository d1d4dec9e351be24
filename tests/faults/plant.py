"""The whole product as processes that a fault may kill, freeze and start again.

It answers greedily, so that an interrupted answer can be held to the uninterrupted one, and
computes step by step in torch, so that an answer takes long enough to be interrupted.
"""

import json
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.browser.product import Product
from tests.shared_cache import share_cache
from webapp.core.environment import PROJECT_ROOT

READY_SECONDS = 180.0
LOOK_SECONDS = 0.02
MODEL_NAME = "glm-nano"
# A checkpoint may not advise zero; this divides the logits so far apart that nothing else is drawn.
NEARLY_GREEDY = 1e-5


class Plant(Product):
    """One installation in `folder`. `variables` are told to its processes on top of their own."""

    def __init__(self, folder: Path, variables: dict[str, str] | None = None) -> None:
        share_cache(folder / "home")
        super().__init__(folder / "home", str(write_greedy_model(folder)))
        self._variables = variables or {}

    @property
    def environment(self) -> dict[str, str]:
        """What every process of this installation is told."""
        return {**super().environment, "OMP_NUM_THREADS": "1", **self._variables}

    def find(self, child: str) -> psutil.Process | None:
        """The process of a child that the supervisor keeps: redis, engine, turns, render, web."""
        for process in self._children():
            if _is_child(process, child):
                return process
        return None

    def get(self, child: str) -> psutil.Process:
        """The same, waited for: it may just be starting again."""
        found: list[psutil.Process] = []

        def look() -> bool:
            found[:] = [one for one in [self.find(child)] if one is not None]
            return bool(found)

        wait_until(look, READY_SECONDS, f"the {child} process")
        return found[0]

    def kill(self, child: str) -> None:
        """SIGKILL, and its end."""
        process = self.get(child)
        process.kill()
        wait_until(lambda: not is_alive(process), READY_SECONDS, f"the end of {child}")

    def freeze(self, child: str) -> psutil.Process:
        """SIGSTOP: it lives and does nothing."""
        process = self.get(child)
        process.suspend()
        return process

    def kill_all(self) -> None:
        """SIGKILL of the supervisor, which the kernel answers by ending every child."""
        process, self._process = self._process, None
        if process is None:
            return
        children = self._children_of(process.pid)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        psutil.wait_procs(children, timeout=READY_SECONDS)

    def wait_until_ready(self) -> None:
        """Returns when a turn would be answered."""
        wait_until(self._is_ready, READY_SECONDS, "the installation to be ready")

    def web_memory_bytes(self) -> int:
        """What the web process holds in memory."""
        return int(self.get("web").memory_info().rss)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=10) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _children(self) -> list[psutil.Process]:
        return [] if self._process is None else self._children_of(self._process.pid)

    def _children_of(self, pid: int) -> list[psutil.Process]:
        try:
            return psutil.Process(pid).children()
        except psutil.NoSuchProcess:
            return []


def write_greedy_model(folder: Path) -> Path:
    """The shipped model in a folder of the same name, with advice to draw the likeliest token."""
    model = folder / MODEL_NAME
    model.mkdir(parents=True, exist_ok=True)
    for file in (PROJECT_ROOT / "models" / MODEL_NAME).iterdir():
        link = model / file.name
        if file.is_file() and not link.exists():
            link.symlink_to(file)
    advice = model / "generation_config.json"
    values = json.loads(advice.read_text()) | {"temperature": NEARLY_GREEDY}
    advice.unlink()
    advice.write_text(json.dumps(values))
    return model


def wait_until(is_so: Callable[[], bool], seconds: float, what: str) -> None:
    """Returns when it is so. Raises TimeoutError that says what was waited for."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(LOOK_SECONDS)


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs; one that has ended and was not yet waited for does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


_SIGNS = {
    "redis": ("redis-server", "valkey-server"),
    "engine": ("engine.worker.app",),
    "turns": ("webapp.config.celery",),
    "render": ("webapp.config.render_celery",),
    "web": ("daphne",),
}


def _is_child(process: psutil.Process, child: str) -> bool:
    try:
        if not is_alive(process):
            return False
        command = " ".join(process.cmdline())
    except psutil.Error:
        return False
    return any(sign in command for sign in _SIGNS[child])
