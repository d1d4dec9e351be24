"""Building the tables as they were when a backup was taken, and filling them."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.graph import MigrationGraph
from django.db.models import Model

from webapp.backups.archive_reader import Unpacked
from webapp.backups.errors import BackupError
from webapp.backups.rows import kept_models, load_rows, table_name

Node = tuple[str, str]


def known_targets(migrations: tuple[str, ...]) -> list[Node]:
    """The last of the backup's migrations of each app. Raises BackupError for one that this
    Atelier does not know."""
    graph = MigrationExecutor(connection).loader.graph
    nodes = set()
    for text in migrations:
        app, _, name = text.partition(".")
        if (app, name) not in graph.nodes:
            raise BackupError(
                f"The backup was taken by a newer Atelier (it has {text}); update this one first."
            )
        nodes.add((app, name))
    return sorted(node for node in nodes if not _has_successor(graph, node, nodes))


def _has_successor(graph: MigrationGraph, node: Node, nodes: set[Node]) -> bool:
    children = {child.key for child in graph.node_map[node].children}
    return any(child in nodes and child[0] == node[0] for child in children)


def fill_database(archive: Unpacked, targets: list[Node]) -> int:
    """Makes the tables of the backup in an empty database, fills them and brings them up to date;
    returns how many rows there are. Raises BackupError."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    apps = executor.loader.project_state(targets).apps
    models = {table_name(model): model for model in kept_models(apps)}
    if set(models) != set(archive.tables):
        odd = min(set(models) ^ set(archive.tables))
        raise BackupError(f"The backup does not fit its own version: {odd}.")
    total = 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            for model in models.values():
                table = connection.ops.quote_name(model._meta.db_table)
                # The migrations themselves may have put rows there.
                cursor.execute(f"DELETE FROM {table}")  # nosec B608 (a quoted name of our own)
        for name, model in models.items():
            total += _load(model, archive.table(name))
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(models.values())):
                cursor.execute(statement)
        connection.check_constraints()
    if total != sum(archive.manifest.rows.values()):
        raise BackupError("The backup does not hold the rows that its manifest counts.")
    call_command("migrate", verbosity=0, interactive=False)
    return total


def _load(model: type[Model], path: Path) -> int:
    try:
        return load_rows(model, path)
    except (ValueError, ValidationError) as error:
        raise BackupError(f"The backup does not fit its own version: {error}.") from error


def has_rows() -> bool:
    """True if the database holds anything that migrations alone do not put there."""
    made_by_migrations = {"django_migrations", "django_content_type", "auth_permission"}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in made_by_migrations:
                quoted = connection.ops.quote_name(table)
                cursor.execute(f"SELECT 1 FROM {quoted} LIMIT 1")  # nosec B608 (from the catalog)
                if cursor.fetchone() is not None:
                    return True
    return False
