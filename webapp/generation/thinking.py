"""Skipping the thinking: the owner has read enough of it and wants the answer."""

from uuid import UUID, uuid4

from engine.protocol.names import STREAM_TTL_SECONDS, engine_end_thinking_key
from webapp.accounts.models import User
from webapp.core.redis import redis_client
from webapp.generation.models import GenerationState, TurnState
from webapp.generation.selectors import get_turn


def skip_thinking(*, owner: User, turn_id: UUID) -> None:
    """Has the generation that runs now end its thinking and answer.

    Nothing happens to a turn that does not run or does not think. Raises NotFound.
    """
    turn = get_turn(owner=owner, turn_id=turn_id)
    if turn.state != TurnState.RUNNING:
        return
    redis = redis_client()
    for generation in turn.generations.filter(state=GenerationState.RUNNING):
        # A value of its own for every wish: the engine acts on each once.
        key = engine_end_thinking_key(str(generation.request_id))
        redis.set(key, uuid4().hex, ex=STREAM_TTL_SECONDS)
