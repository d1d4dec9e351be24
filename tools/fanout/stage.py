"""The processes of an installation, real but for the model: Redis, Daphne, workers."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import psutil

from tools.fanout.figures import ProcessFigures
from webapp.core.environment import PROJECT_ROOT, read_environment
from webapp.serving import embedded_redis
from webapp.serving.child_process import ChildProcess, ChildSpec, start_child
from webapp.serving.children import ChildPlan
from webapp.serving.readiness import is_ready

START_SECONDS = 120.0
STOP_SECONDS = 15.0
HOST = "127.0.0.1"
_SETTINGS = ("ATELIER_", "REDIS_URL", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")


class Stage:
    """Started and stopped by a `with` block; everything lies under `home`."""

    def __init__(self, home: Path, turns_workers: int) -> None:
        self.port, artifact_port = _free_ports(2)
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(_SETTINGS)}
        chosen = {
            "ATELIER_HOME": str(home),
            "ATELIER_PORT": str(self.port),
            "ATELIER_ARTIFACT_PORT": str(artifact_port),
            "ATELIER_DEVICE": "cpu",
        }
        self._environment = read_environment(chosen)
        self._plan = ChildPlan(self._environment, {**inherited, **chosen})
        self._turns_workers = turns_workers
        self._children: list[ChildProcess] = []

    @property
    def url(self) -> str:
        """The app's origin."""
        return f"http://{HOST}:{self.port}"

    def __enter__(self) -> "Stage":
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop()

    def measure(self) -> Mapping[str, ProcessFigures]:
        """What each process has used so far and holds now."""
        return {child.spec.name: _figures(child.process.pid) for child in self._children}

    def _start(self) -> None:
        home, redis_socket = self._environment.home, self._environment.redis_socket
        (home / "log").mkdir(parents=True)
        assert redis_socket is not None
        configuration = embedded_redis.write_configuration(home, redis_socket)
        self._begin(self._plan.child("redis", *embedded_redis.redis_command(configuration)))
        if not embedded_redis.wait_for_redis(self._environment.redis_url):
            raise RuntimeError("Redis does not answer")
        web = self._plan.web()
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=PROJECT_ROOT, env=dict(web.environment), check=True)
        self._begin(_with_paced_engine(self._plan.engines()[0]))
        for number in range(1, self._turns_workers + 1):
            self._begin(_numbered(self._plan.turns(), number))
        self._begin(web)
        deadline = time.monotonic() + START_SECONDS
        while not is_ready(HOST, self.port):
            if time.monotonic() > deadline:
                raise RuntimeError(f"the stage is not ready; look at {home / 'log'}")
            time.sleep(0.1)

    def _begin(self, spec: ChildSpec) -> None:
        self._children.append(start_child(spec))

    def _stop(self) -> None:
        for child in reversed(self._children):
            child.process.terminate()
            if not child.wait(time.monotonic() + STOP_SECONDS):
                child.kill()
        self._children = []


def _with_paced_engine(spec: ChildSpec) -> ChildSpec:
    paced = "tools.fanout.paced_worker"
    command = tuple(paced if word == "engine.worker.app" else word for word in spec.command)
    return replace(spec, command=command)


def _numbered(spec: ChildSpec, number: int) -> ChildSpec:
    name = f"{spec.name}-{number}"
    at = spec.command.index("-n") + 1
    node = spec.command[at].replace(spec.name, name, 1)
    command = (*spec.command[:at], node, *spec.command[at + 1 :])
    return replace(spec, name=name, command=command, log=spec.log.with_stem(name))


def _figures(pid: int) -> ProcessFigures:
    process = psutil.Process(pid)
    with process.oneshot():
        used = process.cpu_times()
        return ProcessFigures(used.user + used.system, process.memory_info().rss, time.monotonic())


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
