"""Finished files on disk: one folder for all, named by the export's id."""

import contextlib
from pathlib import Path
from uuid import UUID

from django.conf import settings


def file_path(id: UUID) -> Path:
    """Where the file of an export lies."""
    return Path(settings.ATELIER_HOME) / "exports" / str(id)


def keep_file(id: UUID, data: bytes) -> None:
    """Writes the file; who reads sees all of it or nothing."""
    path = file_path(id)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    half.write_bytes(data)
    half.replace(path)


def remove_file(id: UUID) -> None:
    """Removes the file, if there is one."""
    with contextlib.suppress(FileNotFoundError):
        file_path(id).unlink()


def list_files() -> set[UUID]:
    """The exports whose files lie there; other names are left alone."""
    folder = file_path(UUID(int=0)).parent
    found = set()
    for path in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(ValueError):
            found.add(UUID(path.stem))
    return found
