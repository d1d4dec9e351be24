"""Which processes Atelier is made of, and how each is started."""

import socket
import sys
from collections.abc import Mapping
from dataclasses import replace

from engine.protocol.names import TURNS_QUEUE, engine_queue
from webapp.core.environment import PROJECT_ROOT, Environment, as_variables
from webapp.rendering.names import RENDER_QUEUE
from webapp.serving.child_process import ChildSpec

TURN_SLOTS = 32
ENGINE_SLOTS = 32
RENDER_SLOTS = 8
MAX_SOCKET_MESSAGE_BYTES = 256 * 1024


class ChildPlan:
    """Builds the specification of every child from one set of settings."""

    def __init__(self, environment: Environment, variables: Mapping[str, str]) -> None:
        self._environment = environment
        self._variables = {**variables, **as_variables(environment), "PYTHONUNBUFFERED": "1"}

    def web(self) -> ChildSpec:
        """Daphne, one process with two listeners: the app and the artifact frame."""
        limit = str(MAX_SOCKET_MESSAGE_BYTES)
        return self.child(
            "web",
            *(sys.executable, "-m", "daphne", "-v", "0", "--no-server-name"),
            *("-e", self._endpoint(self._environment.port)),
            *("-e", self._endpoint(self._environment.artifact_port)),
            *("--websocket-max-message-size", limit, "--websocket-max-frame-size", limit),
            *("--ping-interval", "20", "--ping-timeout", "30", "--http-timeout", "120"),
            "webapp.config.asgi:application",
        )

    def turns(self) -> ChildSpec:
        """The worker that runs turns."""
        return self._worker("turns", "webapp.config.celery", TURNS_QUEUE, TURN_SLOTS)

    def render(self) -> ChildSpec:
        """The worker that looks at made things; without it turns go on."""
        worker = self._worker("render", "webapp.config.render_celery", RENDER_QUEUE, RENDER_SLOTS)
        return replace(worker, needed=False)

    def engines(self) -> tuple[ChildSpec, ...]:
        """The workers that hold the model: `engine`, or where it is several `engine-1` and on."""
        count = self._environment.engines
        names = ["engine"] if count == 1 else [f"engine-{n}" for n in range(1, count + 1)]
        return tuple(self._engine(name) for name in names)

    def child(self, name: str, *command: str) -> ChildSpec:
        """Any command as a child of this installation."""
        return ChildSpec(
            name=name,
            command=command,
            environment=self._variables,
            log=self._environment.home / "log" / f"{name}.log",
            folder=PROJECT_ROOT,
        )

    def _engine(self, name: str) -> ChildSpec:
        queue = engine_queue(self._environment.model_name)
        worker = self._worker(name, "engine.worker.app", queue, ENGINE_SLOTS)
        environment = dict(worker.environment)
        # Where Celery sees this variable, it loads Django and all of the web side.
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        return replace(worker, environment=environment, worker_id=_node_name(name))

    def _worker(self, name: str, application: str, queue: str, slots: int) -> ChildSpec:
        return self.child(
            name,
            *(sys.executable, "-m", "celery", "--quiet", "-A", application, "worker"),
            *("-P", "threads", "-c", str(slots), "-Q", queue, "-n", _node_name(name)),
            *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
        )

    def _endpoint(self, port: int) -> str:
        interface = self._environment.host.replace(":", "\\:")
        return f"tcp:{port}:interface={interface}"


def _node_name(name: str) -> str:
    """The name by which Celery and the registry know a worker of this machine."""
    return f"{name}@{socket.gethostname()}"
