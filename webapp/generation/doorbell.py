"""Celery as a doorbell: a message says that there is work; losing or doubling it is harmless."""

from uuid import UUID

import structlog
from celery import current_app
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from engine.protocol import GenerationRequest, Priority
from engine.protocol.codec import encode_request
from engine.protocol.names import (
    GENERATE_TASK,
    RUN_TURN_TASK,
    TURNS_QUEUE,
    engine_queue,
    queue_lists,
)
from webapp.core.redis import redis_client

# A prompt that is read ahead is of use while its person reads the answer.
AHEAD_SECONDS = 30.0
# Celery's numbers; a worker takes the messages of a smaller one first.
_MESSAGE_PRIORITIES = {Priority.INTERACTIVE: 0, Priority.TITLE: 3, Priority.BACKGROUND: 6}
log = structlog.get_logger(__name__)


def ring_turn(turn_id: UUID) -> None:
    """Asks the turns workers to look at this turn."""
    _send(RUN_TURN_TASK, str(turn_id), TURNS_QUEUE)


def ring_engine(request: GenerationRequest) -> None:
    """Hands the request to the workers of its model; one that nobody waits for may go stale."""
    lifetime = AHEAD_SECONDS if request.prefill_only else None
    _send(
        GENERATE_TASK,
        encode_request(request),
        engine_queue(request.model),
        expires_seconds=lifetime,
        priority=_MESSAGE_PRIORITIES[request.priority],
    )


def count_waiting(queue: str) -> int:
    """Messages of any priority that no worker has fetched from this queue."""
    pipeline = redis_client().pipeline(transaction=False)
    for key in queue_lists(queue):
        pipeline.llen(key)
    return sum(pipeline.execute())


def _send(
    task: str,
    argument: str,
    queue: str,
    *,
    expires_seconds: float | None = None,
    priority: int = 0,
) -> None:
    """A message that cannot be sent is logged: whoever keeps the row rings again later."""
    options = {
        "queue": queue,
        "ignore_result": True,
        "retry": False,
        "expires": expires_seconds,
        "priority": priority,
    }
    try:
        current_app.send_task(task, args=[argument], **options)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("doorbell_silent", task=task, queue=queue, error=str(error))
