"""`manage.py backup PATH`: one file with all that is to be kept, while people go on working."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from webapp.backups.errors import BackupError
from webapp.backups.taking import Taken, take_backup


class Command(BaseCommand):
    """Takes a backup; the file appears when it is complete."""

    help = "Write a backup of the database and the files to PATH, or to standard output for -."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and whether with the key."""
        parser.add_argument("path", metavar="PATH")
        parser.add_argument(
            "--with-secret-key",
            action="store_true",
            help="put the secret key into it, which lets whoever holds the file be any guest",
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Do it; what cannot be done is one sentence."""
        key = settings.SECRET_KEY if options["with_secret_key"] else None
        try:
            taken = self._write(options["path"], key)
        except (BackupError, DatabaseError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"The backup cannot be written ({error}).") from error
        self.stderr.write(f"Kept {taken.rows} rows and {taken.files} files in {options['path']}.")
        if key is None:
            self.stderr.write(
                "The secret key is not in it: keep it as well, since guests are known by it alone."
            )

    def _write(self, target: str, key: str | None) -> Taken:
        home = Path(settings.ATELIER_HOME)
        if target == "-":
            return take_backup(sys.stdout.buffer, home, secret_key=key)
        path = Path(target)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                taken = take_backup(file, home, secret_key=key)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        return taken
