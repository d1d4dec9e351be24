"""Celery as a doorbell: a message says that there is work; losing or doubling it is harmless."""

from datetime import timedelta
from uuid import UUID

import structlog
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
from webapp.core.redis import hasty_redis_client, redis_client
from webapp.generation.task_message import encode_task, list_of

# A prompt that is read ahead is of use while its person reads the answer.
AHEAD = timedelta(seconds=30)
# Celery's numbers; a worker takes the messages of a smaller one first.
_MESSAGE_PRIORITIES = {Priority.INTERACTIVE: 0, Priority.TITLE: 3, Priority.BACKGROUND: 6}
log = structlog.get_logger(__name__)


def ring_turn(turn_id: UUID) -> None:
    """Asks the turns workers to look at this turn."""
    _send(RUN_TURN_TASK, str(turn_id), TURNS_QUEUE)


def ring_engine(request: GenerationRequest) -> None:
    """Hands the request to the workers of its model; one that nobody waits for may go stale."""
    _send(
        GENERATE_TASK,
        encode_request(request),
        engine_queue(request.model),
        expires=AHEAD if request.prefill_only else None,
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
    expires: timedelta | None = None,
    priority: int = 0,
) -> None:
    """A message that cannot be sent is logged: whoever keeps the row rings again later."""
    message = encode_task(task, argument, queue, priority=priority, expires=expires)
    try:
        hasty_redis_client().lpush(list_of(queue, priority), message)
    except (RedisError, OSError) as error:
        log.warning("doorbell_silent", task=task, queue=queue, error=str(error))
