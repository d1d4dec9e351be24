"""The whole product as processes that a fault may kill, freeze and start again.

It answers greedily, so that an interrupted answer can be held to the uninterrupted one, with the
compiled step, as it is shipped, and a brake on the engines, so that an answer takes long enough to
be interrupted.
"""

import contextlib
import json
import signal
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
from celery import Celery

from engine.protocol.names import queue_paused_key
from tests.browser.product import Product
from tests.faults.brake import Brake
from tests.shared_cache import share_cache
from webapp.core.environment import PROJECT_ROOT, embedded_socket

READY_SECONDS = 180.0
LOOK_SECONDS = 0.02
# A worker looks for a pause at every beat, once a second.
PAUSE_SECONDS = 2.5
MODEL_NAME = "glm-nano"
# A checkpoint may not advise zero; this divides the logits so far apart that nothing else is drawn.
NEARLY_GREEDY = 1e-5


class Plant(Product):
    """One installation in `folder`. `variables` are told to its processes on top of their own."""

    def __init__(self, folder: Path, variables: dict[str, str] | None = None) -> None:
        share_cache(folder / "home")
        model = str(write_greedy_model(folder))
        super().__init__(folder / "home", model, compiled_step=True, own_session=True)
        self._variables = variables or {}
        self.brake = Brake(self.redis)

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
        """SIGSTOP: it lives and does nothing, until `thaw`."""
        while True:
            process = self.get(child)
            with contextlib.suppress(psutil.NoSuchProcess):
                self.brake.freeze(process)
                return process

    def thaw(self, process: psutil.Process) -> None:
        """SIGCONT, if the process is still there."""
        with contextlib.suppress(psutil.NoSuchProcess):
            self.brake.thaw(process)

    def kill_all(self) -> None:
        """SIGKILL of the supervisor, which the kernel answers by ending every child."""
        process, self._process = self._process, None
        if process is None:
            return
        children = self._children_of(process.pid)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        psutil.wait_procs(children, timeout=READY_SECONDS)

    @contextmanager
    def frozen_supervisor(self) -> Iterator[None]:
        """Nobody starts anything again, or ends what hangs, in the meantime."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    @contextmanager
    def second_turns_worker(self) -> Iterator[psutil.Process]:
        """One more worker for turns, beside that of the supervisor."""
        command = [*self.get("turns").cmdline()]
        command[command.index("-n") + 1] = "second@faults"
        variables = {"DJANGO_SETTINGS_MODULE": "webapp.config.settings"}
        log = (self.home / "log" / "second.log").open("ab")
        with (
            log,
            subprocess.Popen(
                command,
                cwd=PROJECT_ROOT,
                env={**self.environment, **variables},
                stdout=log,
                stderr=subprocess.STDOUT,
            ) as second,
        ):
            try:
                yield psutil.Process(second.pid)
            finally:
                second.kill()

    @contextmanager
    def paused_queue(self) -> Iterator[None]:
        """The engine takes nothing from its queue in the meantime."""
        key = queue_paused_key(MODEL_NAME)
        with self.redis() as redis:
            redis.set(key, "1")
            time.sleep(PAUSE_SECONDS)
            try:
                yield
            finally:
                redis.delete(key)

    def send_task(self, task: str, argument: str, queue: str) -> None:
        """A message as the parts send them to each other."""
        url = f"redis+socket://{embedded_socket(self.home)}"
        with Celery(broker=url) as sender:
            sender.send_task(task, args=[argument], queue=queue, ignore_result=True)

    def find_request(self, turn: str) -> str:
        """The id of the newest request to the engine of this turn; empty before there is one."""
        query = "SELECT request_id FROM generation_generation WHERE turn_id = ? ORDER BY ordinal"
        rows = self._read(query, UUID(turn).hex)
        return str(UUID(rows[-1][0])) if rows else ""

    def find_engine_attempt(self, turn: str) -> int:
        """Which attempt the newest request of this turn is at; 0 before there is one."""
        query = "SELECT attempt FROM generation_generation WHERE turn_id = ? ORDER BY ordinal"
        rows = self._read(query, UUID(turn).hex)
        return int(rows[-1][0]) if rows else 0

    def find_turn_state(self, turn: str) -> str:
        """What the database says of a turn."""
        rows = self._read("SELECT state FROM generation_turn WHERE id = ?", UUID(turn).hex)
        return str(rows[0][0])

    def restart_database(self) -> None:
        """Only an installation with a database of its own can do this."""
        raise NotImplementedError

    def fill_disk(self) -> None:
        """Only an installation on a small disk can do this."""
        raise NotImplementedError

    def make_room(self) -> None:
        """Only an installation on a small disk can do this."""
        raise NotImplementedError

    def _read(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        path = f"file:{self.home / 'atelier.sqlite3'}?mode=ro"
        with contextlib.closing(sqlite3.connect(path, uri=True, timeout=30)) as database:
            return list(database.execute(query, values))

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
            return list(psutil.Process(pid).children())
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
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
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
    signs = _SIGNS.get(child, (f"-n {child}@",))
    return any(sign in command for sign in signs)
