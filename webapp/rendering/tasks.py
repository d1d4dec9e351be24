"""The task of a check. It carries the id of a version and where the answer is waited for."""

from celery import shared_task
from structlog.contextvars import bound_contextvars

from webapp.core.redis import redis_client
from webapp.rendering.names import CHECK_TASK, REPLY_TTL_SECONDS
from webapp.rendering.worker.look_memory import LookMemory
from webapp.rendering.worker.steps import current_pool_loop
from webapp.rendering.worker.version_check import check_stored_version

_MEMORY = LookMemory()


@shared_task(name=CHECK_TASK, ignore_result=True)  # type: ignore[untyped-decorator]
def check(version_id: int, reply: str | None) -> None:
    """Looks at the version, keeps the report with it, and answers under the key `reply`."""
    with bound_contextvars(version=version_id):
        report = check_stored_version(version_id, current_pool_loop(), _MEMORY)
    if report is None or reply is None:
        return
    with redis_client().pipeline() as pipeline:
        pipeline.rpush(reply, report.model_dump_json())
        pipeline.expire(reply, REPLY_TTL_SECONDS)
        pipeline.execute()
