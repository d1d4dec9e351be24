"""Asks the render workers to look at an export; losing or doubling the message is harmless."""

from uuid import UUID

import structlog
from celery import current_app
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from webapp.core.redis import redis_client
from webapp.rendering.names import RENDER_QUEUE

RUN_EXPORT_TASK = "exports.run"
log = structlog.get_logger(__name__)


def ring_export(id: UUID) -> None:
    """A message that cannot be sent is logged: the reconciler rings again."""
    options = {"queue": RENDER_QUEUE, "ignore_result": True, "retry": False}
    try:
        current_app.send_task(RUN_EXPORT_TASK, args=[str(id)], **options)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("doorbell_silent", task=RUN_EXPORT_TASK, error=str(error))


def count_waiting() -> int:
    """Messages that no render worker has fetched."""
    return int(redis_client().llen(RENDER_QUEUE))
