"""The Celery task of an export. It carries an id only; the row says the rest."""

from uuid import UUID

from celery import shared_task
from structlog.contextvars import bound_contextvars

from webapp.exports.doorbell import RUN_EXPORT_TASK
from webapp.exports.runner import run_export
from webapp.rendering.worker.steps import current_pool_loop


@shared_task(name=RUN_EXPORT_TASK, ignore_result=True)  # type: ignore[untyped-decorator]
def run(id: str) -> None:
    """Looks at the export and makes it if nobody else does."""
    with bound_contextvars(export=id):
        run_export(UUID(id), current_pool_loop())
