"""`manage.py restore PATH`: a backup becomes the installation."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from webapp.backups.errors import BackupError
from webapp.backups.restoring import Restored, restore_backup
from webapp.serving.errors import StartError


class Command(BaseCommand):
    """Restores into the database and the data folder that the settings name."""

    help = "Restore a backup from PATH, or from standard input for -, while Atelier is stopped."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where from, and whether something may be replaced."""
        parser.add_argument("path", metavar="PATH")
        parser.add_argument(
            "--force",
            action="store_true",
            help="replace what the installation holds; files are moved aside, not removed",
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Do it; what cannot be done is one sentence."""
        try:
            restored = self._read(options["path"], force=options["force"])
        except (BackupError, StartError) as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database cannot take the backup ({error}).") from error
        except OSError as error:
            raise CommandError(f"The backup cannot be restored ({error}).") from error
        self.stdout.write(f"Restored {restored.rows} rows of {restored.made_at}.")
        if restored.aside is not None:
            self.stdout.write(f"What was there before lies in {restored.aside}.")
        if not restored.has_secret_key:
            self.stdout.write(
                "The backup holds no secret key: put the old one in its place, or guests find "
                "their chats no more."
            )

    def _read(self, source: str, *, force: bool) -> Restored:
        if source == "-":
            return restore_backup(sys.stdin.buffer, settings.ATELIER, force=force)
        with Path(source).open("rb") as file:
            return restore_backup(file, settings.ATELIER, force=force)
