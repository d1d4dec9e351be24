"""Celery as a doorbell: a message says that there is work; losing or doubling it is harmless."""

from uuid import UUID

import structlog
from celery import current_app
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from engine.protocol import GenerationRequest
from engine.protocol.codec import encode_request
from engine.protocol.names import GENERATE_TASK, RUN_TURN_TASK, TURNS_QUEUE, engine_queue
from webapp.core.redis import redis_client

# A prompt that is read ahead is of use while its person reads the answer.
AHEAD_SECONDS = 30.0
log = structlog.get_logger(__name__)


def ring_turn(turn_id: UUID) -> None:
    """Asks the turns workers to look at this turn."""
    _send(RUN_TURN_TASK, str(turn_id), TURNS_QUEUE)


def ring_engine(request: GenerationRequest) -> None:
    """Hands the request to the workers of its model; one that nobody waits for may go stale."""
    lifetime = AHEAD_SECONDS if request.prefill_only else None
    _send(GENERATE_TASK, encode_request(request), engine_queue(request.model), lifetime)


def count_waiting(queue: str) -> int:
    """Messages that no worker has fetched from this queue (a list in Redis of the same name)."""
    return int(redis_client().llen(queue))


def _send(task: str, argument: str, queue: str, expires_seconds: float | None = None) -> None:
    """A message that cannot be sent is logged: whoever keeps the row rings again later."""
    options = {"queue": queue, "ignore_result": True, "retry": False, "expires": expires_seconds}
    try:
        current_app.send_task(task, args=[argument], **options)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("doorbell_silent", task=task, queue=queue, error=str(error))
