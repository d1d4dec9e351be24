"""Putting something in the place of the data there is, so that it can be taken back."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.db import connection, transaction

MOVED_FOLDERS = ("exports", "thumbnails", "published", "redis")
_SQLITE_SUFFIXES = ("", "-wal", "-shm")


@contextmanager
def replaced_database(aside: Path) -> Iterator[None]:
    """An empty database within the block. If the block fails, the old one is there again.

    The files of SQLite are moved to `aside` and stay there; in PostgreSQL all of the block is one
    transaction, and the old tables are gone when it ends well.
    """
    if connection.vendor == "sqlite":
        name = Path(connection.settings_dict["NAME"])
        connection.close()
        with moved_aside([name.with_name(name.name + end) for end in _SQLITE_SUFFIXES], aside):
            try:
                yield
            finally:
                connection.close()
    else:
        with transaction.atomic():
            _drop_tables()
            yield


@contextmanager
def moved_aside(paths: list[Path], aside: Path) -> Iterator[None]:
    """Moves what there is of `paths` into `aside`; moves it back if the block fails."""
    with ExitStack() as undo:
        for path in paths:
            undo.callback(_move_back, aside / path.name, path)
            if path.exists():
                shutil.move(path, aside / path.name)
        yield
        undo.pop_all()


def _move_back(kept: Path, path: Path) -> None:
    """What was put there meanwhile goes, whether or not there was something before."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    if kept.exists():
        shutil.move(kept, path)


def _drop_tables() -> None:
    """Removes our tables, and no others that may lie beside them."""
    ours = {*connection.introspection.django_table_names(only_existing=True), "django_migrations"}
    with connection.cursor() as cursor:
        existing = ours & set(connection.introspection.table_names(cursor))
        for table in sorted(existing):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")
