"""One moment of the database, while everybody goes on writing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from webapp.backups.errors import BackupError


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read in the block is as it was at its begin; nobody waits for it.

    Must not be called within a transaction.
    """
    if connection.in_atomic_block:
        raise RuntimeError("a transaction is open already")
    if connection.vendor == "sqlite":
        yield from _sqlite_moment()
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


def _sqlite_moment() -> Iterator[None]:
    # Not Django's transaction, which would begin as a writer and make all others wait. With a
    # write-ahead log a reader keeps its moment and holds up nobody.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            cursor.execute("SELECT COUNT(*) FROM django_migrations")
            yield
        finally:
            cursor.execute("ROLLBACK")


def applied_migrations() -> tuple[str, ...]:
    """All that the database has, as `app.name`. Raises BackupError if it lacks one."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise BackupError("The database is not up to date; run: python manage.py migrate")
    known = executor.loader.graph.nodes
    return tuple(sorted(f"{app}.{name}" for app, name in known))
