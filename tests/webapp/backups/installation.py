"""`manage.py` in an installation of its own, and what its database holds."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import dj_database_url
import psycopg

from webapp.core.environment import PROJECT_ROOT

# Where a command fails with anything but a sentence, so does the process.
_RUN = """
import io, json, sys
import os; os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.config.settings"
import django; django.setup()
from django.core.management import CommandError, call_command
said = []
for command in json.loads(sys.argv[1]):
    output, error = io.StringIO(), None
    try:
        call_command(*command, stdout=output, stderr=output)
    except CommandError as fault:
        error = str(fault)
    said.append((output.getvalue(), error))
print(json.dumps(said))
"""
_SETTINGS = ("ATELIER_", "REDIS_URL", "DATABASE_", "DJANGO_SETTINGS_MODULE")


class Said(NamedTuple):
    """What a command printed, and its sentence where it refused."""

    output: str
    error: str | None


class Installation:
    """A data folder with a database; nothing of it runs."""

    def __init__(self, home: Path, database_url: str = "", **settings: str) -> None:
        self.home = home
        self._database_url = database_url
        self._settings = settings

    def run(self, *commands: Sequence[str]) -> list[Said]:
        """Commands of `manage.py`, one after the other in one process of their own."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(_SETTINGS)}
        own = {"ATELIER_HOME": str(self.home), "DATABASE_URL": self._database_url}
        done = subprocess.run(
            [sys.executable, "-c", _RUN, json.dumps(commands)],
            cwd=PROJECT_ROOT,
            env={**inherited, **own, **self._settings},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return [Said(*line) for line in json.loads(done.stdout)]

    def restore(self, archive: Path, *options: str) -> str:
        """What a restore that must work says."""
        (said,) = self.run(("restore", str(archive), *options))
        assert said.error is None, said
        return said.output

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows straight from the database."""
        if self._database_url:
            settings = dj_database_url.parse(self._database_url)
            with psycopg.connect(
                host=settings["HOST"], user=settings["USER"], dbname=settings["NAME"]
            ) as connection:
                return connection.execute(statement.encode()).fetchall()
        database = sqlite3.connect(self.home / "atelier.sqlite3")
        try:
            return database.execute(statement).fetchall()
        finally:
            database.close()

    def messages(self) -> dict[str, Any]:
        """The parts of every message by its id, in 32 digits."""
        rows = self.query("SELECT id, parts FROM conversations_message")
        return {
            str(id).replace("-", ""): json.loads(parts) if isinstance(parts, str) else parts
            for id, parts in rows
        }
