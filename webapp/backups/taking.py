"""Taking a backup of a running installation."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from django.apps import apps
from django.db import connection

from webapp.backups.archive_writer import ArchiveWriter
from webapp.backups.errors import BackupError
from webapp.backups.manifest import (
    FILES_FOLDER,
    KEPT_FOLDERS,
    SECRET_KEY_NAME,
    TABLES_FOLDER,
    Manifest,
    product_version,
)
from webapp.backups.rows import dump_rows, kept_models, table_name
from webapp.backups.snapshot import applied_migrations, one_moment


@dataclass(frozen=True, slots=True)
class Taken:
    """What a backup holds."""

    rows: int
    files: int


def take_backup(target: IO[bytes], home: Path, *, secret_key: str | None = None) -> Taken:
    """Writes a backup of the database and of what lies in `home` to `target`, and with it the
    secret key where one is given. Raises BackupError.

    The database is read first: whatever a row of it names has been on disk by then.
    """
    made_at = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    migrations = applied_migrations()
    with ArchiveWriter(target) as archive:
        rows = _add_tables(archive)
        files = _add_files(archive, home)
        if secret_key is not None:
            archive.add_bytes(SECRET_KEY_NAME, secret_key.encode())
        archive.finish(
            Manifest(
                atelier=product_version(),
                made_at=made_at,
                database=connection.vendor,
                migrations=migrations,
                rows=rows,
                members=tuple(archive.members),
            )
        )
    return Taken(sum(rows.values()), files)


def _add_tables(archive: ArchiveWriter) -> dict[str, int]:
    rows = {}
    with one_moment():
        for model in kept_models(apps):
            name = table_name(model)
            write = partial(dump_rows, model)
            rows[name] = archive.add_written(f"{TABLES_FOLDER}/{name}", write)
    return rows


def _add_files(archive: ArchiveWriter, home: Path) -> int:
    count = 0
    for path in _kept_files(home):
        try:
            archive.add_file(f"{FILES_FOLDER}/{path.relative_to(home)}", path)
        except FileNotFoundError:
            # An export that expired just now.
            continue
        except OSError as error:
            raise BackupError(f"{path} cannot be read ({error.strerror}).") from error
        count += 1
    return count


def _kept_files(home: Path) -> Iterator[Path]:
    """Whole files only: what begins with a dot or ends in .part is still being written."""
    for folder in KEPT_FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            if path.is_file() and not path.name.startswith(".") and path.suffix != ".part":
                yield path
