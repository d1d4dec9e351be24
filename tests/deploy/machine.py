"""Where the services of docker-compose.yml run without Docker: each in a network of its own where
the system allows it, with one switch between them; else all on the loopback address."""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

from tests.stack.installation import free_ports

PORTS = {"postgres": 5432, "redis": 6379, "web": 8000, "artifacts": 8001}


class Machine(Protocol):
    """`ports` are those that the services really get; `listen` is for those that listen."""

    ports: dict[str, int]
    listen: str

    def address(self, service: str) -> str:
        """Where others reach it."""
        ...

    def within(self, service: str) -> list[str]:
        """What to put before a command so that it runs in the network of the service."""
        ...


class Loopback:
    """Everything at 127.0.0.1, on ports that are free."""

    listen = "127.0.0.1"

    def __init__(self) -> None:
        self.ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))

    def address(self, service: str) -> str:
        return "127.0.0.1"

    def within(self, service: str) -> list[str]:
        return []


class Networks:
    """One network namespace for each service, and a switch in one more."""

    listen = "0.0.0.0"
    ports = PORTS

    def __init__(self, names: Sequence[str], holders: dict[str, int]) -> None:
        self._numbers = {name: number for number, name in enumerate(names, start=1)}
        self._holders = holders

    def address(self, service: str) -> str:
        return f"10.213.7.{self._numbers[service]}"

    def within(self, service: str) -> list[str]:
        return ["nsenter", f"--net=/proc/{self._holders[service]}/ns/net", "--"]

    def connect(self) -> None:
        """Lays the cables. Raises CalledProcessError where the system has none."""
        switch = self.within("switch")
        _run(*switch, "ip", "link", "add", "switch", "type", "bridge")
        _run(*switch, "ip", "link", "set", "switch", "up")
        for name, number in self._numbers.items():
            pid = str(self._holders[name])
            cable = f"cable{number}"
            peer = ("peer", "name", "eth0", "netns", pid)
            _run(*switch, "ip", "link", "add", cable, "type", "veth", *peer)
            _run(*switch, "ip", "link", "set", cable, "master", "switch", "up")
            own = self.within(name)
            _run(*own, "ip", "address", "add", f"{self.address(name)}/24", "dev", "eth0")
            _run(*own, "ip", "link", "set", "eth0", "up")
            _run(*own, "ip", "link", "set", "lo", "up")


@contextmanager
def machine_for(names: Sequence[str]) -> Iterator[Machine]:
    """Networks where they can be made, else the loopback address."""
    with ExitStack() as stack:
        found: Machine = Loopback()
        if os.geteuid() == 0:
            with contextlib.suppress(OSError, subprocess.CalledProcessError):
                holders = {name: stack.enter_context(_network()) for name in (*names, "switch")}
                networks = Networks(names, holders)
                networks.connect()
                found = networks
        yield found


@contextmanager
def _network() -> Iterator[int]:
    """The id of a process that holds an empty network."""
    process = subprocess.Popen(["unshare", "--net", "sleep", "600"], stderr=subprocess.DEVNULL)
    try:
        own = Path("/proc/self/ns/net").readlink()
        for _ in range(500):
            if process.poll() is not None:
                raise OSError("no network namespace")
            if Path(f"/proc/{process.pid}/ns/net").readlink() != own:
                break
            time.sleep(0.01)
        yield process.pid
    finally:
        process.kill()
        process.wait()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
