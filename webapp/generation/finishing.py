"""Ending turns: compare-and-set on the row, then the terminal event, then a time to live."""

from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError

from engine.protocol.names import STREAM_TTL_SECONDS, engine_stop_key, turn_stop_key, turn_stream
from webapp.conversations.models import Message
from webapp.conversations.services import dump_parts, touch_conversation
from webapp.core.events import Part
from webapp.core.redis import redis_client
from webapp.core.streams import Fenced, StreamId, append_all
from webapp.generation.endings import Ending
from webapp.generation.models import Generation, GenerationState, Turn, TurnState
from webapp.generation.selectors import find_replay
from webapp.generation.turn_stream import encode_entry

log = structlog.get_logger(__name__)


@transaction.atomic
def record_ending(
    *, turn: Turn, ending: Ending, last_event_id: StreamId, parts: list[Part] | None = None
) -> bool:
    """Writes the end into the row and the message. `turn` says which state and attempt it must
    still have; if it does not, nothing is written and the answer is False."""
    values: dict[str, Any] = {
        "state": ending.state,
        "attempt": last_event_id.attempt,
        "lease_until": None,
        "usage": ending.usage.model_dump(mode="json"),
        "error_code": ending.code.value if ending.code else "",
        "error_message": ending.message,
        "last_event_id": str(last_event_id),
        "stream_closed": False,
        "finished_at": timezone.now(),
    }
    same = Turn.objects.filter(pk=turn.pk, state=turn.state, attempt=turn.attempt)
    if same.update(**values) != 1:
        return False
    if ending.state != TurnState.FINISHED:
        # Of a finished turn every generation has been counted, and so ended.
        Generation.objects.filter(turn=turn).update(state=GenerationState.ENDED)
    if parts is not None:
        Message.objects.filter(pk=turn.assistant_message_id).update(parts=dump_parts(parts))
    touch_conversation(owner_id=turn.owner_id, id=turn.conversation_id)
    return True


def end_unclaimed(*, turn: Turn, ending: Ending) -> bool:
    """Ends a turn that no worker holds, as an attempt of its own that only says the end.

    False if it is not in the state that `turn` says any more.
    """
    with transaction.atomic():
        running = list(turn.generations.filter(state=GenerationState.RUNNING))
        if not record_ending(turn=turn, ending=ending, last_event_id=StreamId(turn.attempt + 1, 2)):
            return False
    publish_ending(Turn.objects.select_related("assistant_message").get(pk=turn.pk))
    stop_engine(redis_client(), running)
    return True


def publish_ending(turn: Turn) -> None:
    """Writes the events of an ended turn that its stream lacks, and closes it.

    If Redis is away it is only logged: the reconciler publishes what is not closed.
    """
    redis = redis_client()
    stream = turn_stream(str(turn.pk))
    entries = [(id, encode_entry(event)) for id, event in find_replay(turn)]
    try:
        append_all(redis, stream, entries, begin=True)
    except Fenced:
        log.warning("ending_fenced", turn=str(turn.pk))
    except RedisError:
        log.exception("ending_not_published", turn=str(turn.pk))
        return
    close_stream(redis, turn)


def close_stream(redis: Redis, turn: Turn) -> None:
    """The terminal event is out: the stream may go after a while."""
    redis.expire(turn_stream(str(turn.pk)), STREAM_TTL_SECONDS)
    redis.delete(turn_stop_key(str(turn.pk)))
    Turn.objects.filter(pk=turn.pk).update(stream_closed=True)


def stop_engine(redis: Redis, generations: list[Generation]) -> None:
    """Tells the engine that nobody waits for these any more."""
    for generation in generations:
        redis.set(engine_stop_key(str(generation.request_id)), "1", ex=STREAM_TTL_SECONDS)
