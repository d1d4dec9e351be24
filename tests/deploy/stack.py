"""The services of docker-compose.yml as plain processes, with their own commands, settings,
dependencies and health checks."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

from tests.deploy.compose import Service
from tests.deploy.machine import PORTS, Machine
from tests.deploy.stand_ins import write_stand_ins
from tests.shared_cache import share_cache
from webapp.core.environment import PROJECT_ROOT

START_SECONDS = 120
STOP_SECONDS = 30
# Where we are root, servers run for nobody, with the group that may read the keys.
SERVER_USER, KEYS_GROUP = 65534, 10001
SERVERS = ("postgres", "redis")


class Stack:
    """Starts services below `folder`; a volume is a folder there."""

    def __init__(self, folder: Path, services: dict[str, Service], machine: Machine) -> None:
        self._folder = folder
        self._services = services
        self._machine = machine
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        write_stand_ins(folder / "bin", machine)
        (folder / "log").mkdir()
        for volume in {source for one in services.values() for source, _ in one.volumes}:
            if "/" not in volume:
                self.volume(volume).mkdir()
                if volume in SERVERS and os.geteuid() == 0:
                    os.chown(self.volume(volume), SERVER_USER, KEYS_GROUP)
        share_cache(self.volume("engine"))

    def volume(self, name: str) -> Path:
        """Where a volume lies."""
        return self._folder / f"volume-{name}"

    def logs(self) -> dict[str, str]:
        """All that each service has printed."""
        return {path.stem: path.read_text("utf-8") for path in (self._folder / "log").iterdir()}

    def up(self) -> None:
        """Starts all in order, as `docker compose up` does."""
        for service in self._services.values():
            for needed, condition in service.depends_on.items():
                self._wait_for(self._services[needed], condition)
            self._start(service)

    def down(self) -> dict[str, int]:
        """Ends all, the last first; the exit codes of those that had to be killed or failed."""
        codes = {}
        for name, process in reversed(self._running.items()):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            try:
                code = process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                code = process.wait()
            codes[name] = code
        return codes

    def execute(self, service: str, *command: str, text: str = "") -> str:
        """What `docker compose exec` would print, given `text`."""
        one = self._services[service]
        done = subprocess.run(
            [*self._machine.within(service), *self._translate_all(one, command)],
            env=self._environment(one),
            cwd=PROJECT_ROOT,
            input=text,
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        return done.stdout

    def is_healthy(self, service: Service) -> bool:
        """The health check of the service, once."""
        kind, *command = service.plain["healthcheck"]["test"]
        if kind == "CMD-SHELL":
            command = ["/bin/sh", "-c", command[0].replace("$$", "$")]
        done = subprocess.run(
            [*self._machine.within(service.name), *self._translate_all(service, command)],
            env=self._environment(service),
            cwd=PROJECT_ROOT,
            capture_output=True,
            check=False,
        )
        return done.returncode == 0

    def _start(self, service: Service) -> None:
        command = self._translate_all(service, service.command)
        if service.name == "postgres":
            command.insert(0, "postgres-entrypoint")
        within = self._machine.within(service.name)
        is_server = service.name in SERVERS and os.geteuid() == 0
        if is_server and within:
            within[-1:] = [f"--setuid={SERVER_USER}", f"--setgid={KEYS_GROUP}", "--"]
        with (self._folder / "log" / f"{service.name}.log").open("wb") as log:
            self._running[service.name] = subprocess.Popen(
                [*within, *command],
                env=self._environment(service),
                cwd="/" if is_server else PROJECT_ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=SERVER_USER if is_server and not within else None,
                group=KEYS_GROUP if is_server and not within else None,
                extra_groups=[] if is_server and not within else None,
            )

    def _wait_for(self, service: Service, condition: str) -> None:
        process = self._running[service.name]
        if condition == "service_completed_successfully":
            assert process.wait(START_SECONDS) == 0, self.logs()[service.name]
            return
        deadline = time.monotonic() + START_SECONDS
        while not self.is_healthy(service):
            assert process.poll() is None, self.logs()[service.name]
            assert time.monotonic() < deadline, self.logs()[service.name]
            time.sleep(0.1)

    def _environment(self, service: Service) -> dict[str, str]:
        given = {name: self._translate(service, text) for name, text in service.environment.items()}
        if "OWNER" in given:
            given["OWNER"] = f"{SERVER_USER}:{KEYS_GROUP}" if os.geteuid() == 0 else ""
        home = {target: self.volume(source) for source, target in service.volumes}.get("/data")
        return {
            "PATH": f"{self._folder / 'bin'}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": "/tmp",
            "LC_ALL": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "OMP_NUM_THREADS": "1",
            **({"ATELIER_HOME": str(home)} if home else {}),
            **given,
        }

    def _translate_all(self, service: Service, words: "list[str] | tuple[str, ...]") -> list[str]:
        return [self._translate(service, word) for word in words]

    def _translate(self, service: Service, text: str) -> str:
        """Paths of the container become ours, names and ports of services their addresses."""
        for source, target in service.volumes:
            own = PROJECT_ROOT / source if "/" in source else self.volume(source)
            text = re.sub(rf"(?<![\w.]){target}(?![\w-])", str(own), text)
        for name in SERVERS:
            address = f"{self._machine.address(name)}:{self._machine.ports[name]}"
            text = text.replace(f"{name}:{PORTS[name]}", address)
        for name in ("web", "artifacts"):
            text = re.sub(rf"\b{PORTS[name]}\b", str(self._machine.ports[name]), text)
        return text.replace("interface=0.0.0.0", f"interface={self._machine.listen}")
