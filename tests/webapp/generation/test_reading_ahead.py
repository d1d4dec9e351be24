"""After a turn the engine is asked to read what the next prompt will begin with."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from redis import Redis
from redis.exceptions import ConnectionError

from engine.chat.template import ChatTemplate
from engine.chat.tokenizer import ChatTokenizer
from engine.protocol import (
    ChatMessage,
    ErrorCode,
    Failed,
    GenerationRequest,
    Priority,
    Role,
    TextDelta,
)
from engine.protocol.names import engine_queue, queue_lists
from tests.factories import make_turn
from tests.scripted_engine import (
    AwaitStop,
    Do,
    ScriptedEngine,
    Step,
    make,
    read_message,
    say,
)
from tests.webapp.generation.conftest import QUICK
from webapp.accounts.models import User
from webapp.agents.chat.agent import load_chat_agent
from webapp.catalog.selectors import ServedModel
from webapp.core.environment import PROJECT_ROOT
from webapp.core.redis import redis_client
from webapp.generation.doorbell import AHEAD_SECONDS, ring_engine
from webapp.generation.engine_client import EngineLink
from webapp.generation.models import Turn, TurnState
from webapp.generation.reading_ahead import read_ahead
from webapp.generation.services import start_turn, stop_turn

Run = Callable[[Turn], Turn]
NANO = PROJECT_ROOT / "models" / "glm-nano"


def waiting_requests(redis: Redis, turn: Turn) -> list[GenerationRequest]:
    """What lies in the engine's queue while no engine takes it out."""
    lists: Any = [redis.lrange(key, 0, -1) for key in queue_lists(engine_queue(turn.model))]
    return [read_message(message) for messages in lists for message in messages]


def answer_next(alice: User, turn: Turn) -> Turn:
    """The person goes on in the same chat."""
    return start_turn(
        owner=alice,
        request_key=uuid4(),
        text="And now?",
        conversation=turn.conversation_id,
        parent=turn.assistant_message_id,
        thinking=turn.thinking,
    )


def run_two_turns(
    alice: User, redis: Redis, run: Run, first: list[list[Step]]
) -> tuple[GenerationRequest, GenerationRequest]:
    """What was read ahead after the first turn, and what the second one asked for."""
    answers = iter([*first, say("Then this.")])
    with ScriptedEngine(redis, lambda _: next(answers)) as engine:
        turn = run(make_turn(alice))
        assert turn.state == TurnState.FINISHED
        deadline = time.monotonic() + 10
        while not engine.read_ahead:
            assert time.monotonic() < deadline, "nothing was read ahead"
            time.sleep(0.01)
        run(answer_next(alice, turn))
    return engine.read_ahead[0], engine.requests[len(first)]


def test_the_next_prompt_begins_with_what_was_read_ahead(
    alice: User, redis: Redis, run: Run
) -> None:
    ahead, after = run_two_turns(alice, redis, run, [say("Hello there", thinking="who is it")])
    assert ahead.prefill_only
    assert ahead.priority is Priority.BACKGROUND
    assert ahead.messages[-1] == ChatMessage(role=Role.ASSISTANT, content="Hello there")
    assert after.messages == (*ahead.messages, ChatMessage(role=Role.USER, content="And now?"))
    assert (after.tools, after.thinking, after.model) == (ahead.tools, ahead.thinking, ahead.model)
    assert not after.prefill_only


def test_a_made_thing_is_read_ahead_as_its_stub(alice: User, redis: Redis, run: Run) -> None:
    rounds = [make("<h1>Long and never read again</h1>"), say("There it is.")]
    ahead, after = run_two_turns(alice, redis, run, rounds)
    assert ahead.messages[-3].tool_calls[0].arguments["content"] == "[my-game version 1]"
    *before, note, _ = after.messages
    assert tuple(before) == ahead.messages
    assert note.content.endswith('- my-game: html "G", version 1, 1 line')


@pytest.mark.parametrize("thinking", [True, False])
def test_the_next_prompts_tokens_begin_with_those_that_were_read(
    alice: User, redis: Redis, run: Run, thinking: bool
) -> None:
    ahead, after = run_two_turns(
        alice, redis, run, [make("<p>x</p>"), say("There it is.", thinking="so it is")]
    )
    template, tokenizer = ChatTemplate.from_folder(NANO), ChatTokenizer.from_folder(NANO)
    read, wanted = (
        template.render_ids(request.messages, request.tools, thinking=thinking, tokenizer=tokenizer)
        for request in (ahead, after)
    )
    invitation = template.render_ids((), (), thinking=thinking, tokenizer=tokenizer)
    common = next(i for i, (one, two) in enumerate(zip(read, wanted, strict=False)) if one != two)
    assert len(read) - common <= len(invitation)


def test_a_turn_that_did_not_end_well_is_not_gone_on_from(
    alice: User, redis: Redis, run: Run
) -> None:
    stopped, failed = make_turn(alice, "one"), make_turn(alice, "two")
    stop: list[Step] = [
        TextDelta(text="Well"),
        Do(lambda: stop_turn(owner=alice, turn_id=stopped.pk)),
        AwaitStop(),
    ]
    refusal: list[Step] = [Failed(code=ErrorCode.CONTEXT_LENGTH_EXCEEDED, message="Too long.")]
    answers = iter([stop, refusal])
    with ScriptedEngine(redis, lambda _: next(answers)) as engine:
        states = [run(turn).state for turn in (stopped, failed)]
    assert states == [TurnState.STOPPED, TurnState.FAILED]
    assert engine.read_ahead == []
    assert waiting_requests(redis, stopped) == []


READY = ServedModel(name="glm-nano", context_length=4096, ready=True)


def read_ahead_with(turn: Turn, ring: Callable[[GenerationRequest], None], **known: Any) -> None:
    """Asks with this knowledge of the engine: `model`, and how many messages are `waiting`."""
    link = EngineLink(
        redis=redis_client(),
        ring=ring,
        find_model=lambda _: known.get("model", READY),
        count_waiting=lambda _: known.get("waiting", 0),
        clock=time.monotonic,
        timing=QUICK,
        max_losses=3,
    )
    read_ahead(turn, load_chat_agent(), link)


@pytest.fixture
def finished_turn(alice: User, redis: Redis, run: Run) -> Turn:
    turn = make_turn(alice)
    with ScriptedEngine(redis, lambda _: say("Hello")):
        return run(turn)


@pytest.mark.parametrize(
    "known",
    [{"waiting": 1}, {"model": None}, {"model": replace(READY, ready=False)}],
)
def test_an_engine_that_has_better_to_do_is_not_asked(
    finished_turn: Turn, known: dict[str, Any]
) -> None:
    rung: list[GenerationRequest] = []
    read_ahead_with(finished_turn, rung.append, **known)
    assert rung == []
    read_ahead_with(finished_turn, rung.append)
    assert len(rung) == 1


@pytest.mark.parametrize("failure", [ConnectionError("no Redis"), ValueError("no JSON")])
def test_a_failure_to_ask_changes_nothing(finished_turn: Turn, failure: Exception) -> None:
    def fail(request: GenerationRequest) -> None:
        raise failure

    read_ahead_with(finished_turn, fail)
    assert Turn.objects.get(pk=finished_turn.pk).state == TurnState.FINISHED


def test_only_a_message_that_nobody_waits_for_goes_stale(redis: Redis) -> None:
    request = GenerationRequest(request_id="r", model="glm-nano", messages=())
    ring_engine(request)
    ring_engine(replace(request, prefill_only=True))
    messages: Any = redis.lrange(engine_queue("glm-nano"), 0, -1)
    expiry = {
        read_message(text).prefill_only: json.loads(text)["headers"]["expires"] for text in messages
    }
    assert expiry[False] is None
    left = datetime.fromisoformat(expiry[True]) - datetime.now(UTC)
    assert 0 < left.total_seconds() <= AHEAD_SECONDS
