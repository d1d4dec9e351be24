"""What holds for every conversation of the second edition."""

import random
from functools import cache
from pathlib import Path

import pytest

from engine.protocol import Role
from engine.training.corpus.conversation import Conversation
from engine.training.corpus.reserved import is_reserved, normalize
from engine.training.corpus.second_edition import WEIGHTS, sample_conversation, sample_of_family
from engine.training.corpus.tools import SEARCH_TOOLS
from engine.training.text_files import open_encoder

MODEL = Path(__file__).parents[4] / "models/glm-nano"
MOST_TOKENS = 4096
KNOWN = {tool.name: tool for tool in SEARCH_TOOLS}


@cache
def _conversations() -> tuple[Conversation, ...]:
    rng = random.Random(7)
    return tuple(sample_of_family(rng, family) for family in WEIGHTS for _ in range(12))


def _last_user(conversation: Conversation) -> int:
    roles = [message.role for message in conversation.messages]
    return len(roles) - 1 - roles[::-1].index(Role.USER)


def test_the_same_seed_gives_the_same_conversations() -> None:
    first, second = random.Random(3), random.Random(3)
    assert [sample_conversation(first) for _ in range(60)] == [
        sample_conversation(second) for _ in range(60)
    ]


def test_calls_are_of_known_tools_and_hold_what_these_require_in_order() -> None:
    for conversation in _conversations():
        offered = {tool.name for tool in conversation.tools}
        last = _last_user(conversation)
        for index, message in enumerate(conversation.messages):
            for call in message.tool_calls:
                assert call.name in KNOWN
                assert index < last or call.name in offered
                known = list(KNOWN[call.name].parameters["properties"])
                order = [known.index(key) for key in call.arguments]
                assert order == sorted(order)
                if index > last:
                    assert set(KNOWN[call.name].parameters["required"]) <= set(call.arguments)


def test_every_call_has_its_result() -> None:
    for conversation in _conversations():
        waiting: list[str] = []
        for message in conversation.messages:
            if message.role is Role.TOOL:
                assert message.tool_call_id == waiting.pop(0)
            else:
                assert waiting == []
                waiting = [call.id for call in message.tool_calls]
        assert waiting == []


def test_earlier_texts_are_stubs() -> None:
    for conversation in _conversations():
        for message in conversation.messages[: _last_user(conversation)]:
            assert not message.thinking
            for call in message.tool_calls:
                text = call.arguments.get("content") or call.arguments.get("edits") or "["
                assert text.startswith("[")
                assert len(text) < 80


def test_thinking_stands_in_the_last_turn_only_and_only_when_it_is_on() -> None:
    for conversation in _conversations():
        thoughts = [message.thinking for message in conversation.messages if message.thinking]
        assert len(thoughts) == conversation.thinking


def test_no_prompt_is_one_of_the_evaluation() -> None:
    for conversation in _conversations():
        for message in conversation.messages:
            if message.role is Role.USER and normalize(message.content):
                assert not is_reserved(message.content)


@pytest.mark.parametrize("family", WEIGHTS)
def test_a_conversation_fits_the_model(family: str) -> None:
    encoder, rng = open_encoder(MODEL), random.Random(11)
    sample = encoder.encode(sample_of_family(rng, family))
    assert 0 < sum(sample.trained) < len(sample.ids) <= MOST_TOKENS
