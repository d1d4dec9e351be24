"""Skipping the thinking reaches the generation that runs, and nobody else's."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from redis import Redis

from engine.protocol import TextDelta, ThinkingDelta
from engine.protocol.names import STREAM_TTL_SECONDS, engine_end_thinking_key
from tests.factories import make_turn
from tests.scripted_engine import Do, ScriptedEngine, Step, ThinkUntilSkipped, finished, make, say
from webapp.accounts.models import User
from webapp.core.errors import NotFound
from webapp.core.events import PARTS, TextPart, ThinkingPart
from webapp.generation.models import Turn, TurnState
from webapp.generation.thinking import skip_thinking

Run = Callable[[Turn], Turn]


def test_the_answer_follows_when_its_owner_skips_the_thinking(
    alice: User, redis: Redis, run: Run
) -> None:
    turn = make_turn(alice)
    steps: list[Step] = [
        ThinkingDelta(text="Let me see"),
        Do(lambda: skip_thinking(owner=alice, turn_id=turn.pk)),
        ThinkUntilSkipped(),
        TextDelta(text="Peru's is Lima."),
        finished(),
    ]
    with ScriptedEngine(redis, lambda _: steps) as engine:
        turn = run(turn)
    thinking, text = PARTS.validate_python(turn.assistant_message.parts)
    assert turn.state == TurnState.FINISHED
    assert isinstance(thinking, ThinkingPart)
    assert thinking.duration_ms is not None
    assert text == TextPart(text="Peru's is Lima.")
    key = engine_end_thinking_key(engine.requests[0].request_id)
    assert 0 < int(redis.ttl(key)) <= STREAM_TTL_SECONDS


def test_only_the_generation_that_runs_is_asked_and_each_time_anew(
    alice: User, redis: Redis, run: Run
) -> None:
    turn = make_turn(alice)
    wishes: list[object] = []

    def skip() -> None:
        skip_thinking(owner=alice, turn_id=turn.pk)
        wishes.append(redis.get(engine_end_thinking_key(engine.requests[-1].request_id)))

    second: list[Step] = [Do(skip), Do(skip), *say("There it is.")]
    answers = iter([make("<p>x</p>"), second])
    with ScriptedEngine(redis, lambda _: next(answers)) as engine:
        run(turn)
    assert None not in wishes
    assert len(set(wishes)) == 2
    assert not redis.exists(engine_end_thinking_key(engine.requests[0].request_id))


def test_a_turn_that_does_not_run_is_left_alone(alice: User, redis: Redis, run: Run) -> None:
    turn = make_turn(alice)
    skip_thinking(owner=alice, turn_id=turn.pk)
    with ScriptedEngine(redis, lambda _: say("Done")):
        assert run(turn).state == TurnState.FINISHED
    skip_thinking(owner=alice, turn_id=turn.pk)
    assert redis.keys("engine:*:end-thinking") == []


def test_what_is_anothers_or_nowhere_does_not_exist(alice: User, bob: User, redis: Redis) -> None:
    hers = make_turn(alice).pk
    for turn_id in (hers, uuid4()):
        with pytest.raises(NotFound):
            skip_thinking(owner=bob, turn_id=turn_id)
    assert redis.keys("engine:*:end-thinking") == []
