"""A PostgreSQL of its own in a temporary folder, for an installation that a fault may restart."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.faults.plant import Plant
from tests.stack.installation import free_ports

START_SECONDS = 60
_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def find_program(name: str) -> str | None:
    """A program of PostgreSQL, on the path or where Debian keeps it."""
    search = os.pathsep.join([os.environ.get("PATH", ""), *map(str, _PLACES)])
    return shutil.which(name, path=search)


class PostgreSQL:
    """A server that listens on one local port. PostgreSQL refuses to run as root, so there it runs
    as the user `postgres`."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="atelier-postgresql-"))
        self._user = "postgres" if os.getuid() == 0 else None
        (self._port,) = free_ports(1)
        if self._user is not None:
            shutil.chown(self._folder, self._user)

    @property
    def url(self) -> str:
        """The value of DATABASE_URL."""
        return f"postgres://atelier@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Make the cluster and start it."""
        self._run("initdb", "-D", self._data, "-U", "atelier", "-A", "trust", "--no-sync")
        self._control("start")

    def restart(self) -> None:
        """Break every connection, and start again."""
        self._control("restart")

    def stop(self) -> None:
        """End it and take its folder away."""
        self._control("stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _control(self, action: str) -> None:
        listening = f"-p {self._port} -c listen_addresses=127.0.0.1 -k {self._folder}"
        starting = () if action == "stop" else ("-o", listening, "-l", str(self._folder / "log"))
        ending = () if action == "start" else ("-m", "immediate")
        self._run("pg_ctl", action, "-w", "-D", self._data, *starting, *ending)

    def _run(self, program: str, *arguments: str) -> None:
        command = [find_program(program) or program, *arguments]
        subprocess.run(
            command,
            check=True,
            timeout=START_SECONDS,
            user=self._user,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


class PlantOnPostgreSQL(Plant):
    """An installation whose database is a server."""

    def __init__(self, folder: Path, database: PostgreSQL) -> None:
        super().__init__(folder, {"DATABASE_URL": database.url})
        self._database = database

    def restart_database(self) -> None:
        """Break every connection of everybody."""
        self._database.restart()
