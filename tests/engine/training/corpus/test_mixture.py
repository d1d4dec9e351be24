"""What holds for every conversation that the trainer draws."""

import random

import pytest

from engine.protocol import Role
from engine.training.corpus import ARTIFACT_CREATE, WEIGHTS, Conversation, mixture
from engine.training.corpus.conversation import Exchange
from engine.training.corpus.mixture import sample_conversation, sample_of_family
from engine.training.corpus.reserved import is_reserved
from engine.training.corpus.words import contains_held_out_pair
from engine.training.evaluation.prompts import PROMPTS


@pytest.fixture(scope="module")
def conversations() -> list[Conversation]:
    rng = random.Random(7)
    return [sample_conversation(rng) for _ in range(3000)]


def _texts(conversation: Conversation) -> list[str]:
    texts = []
    for message in conversation.messages:
        arguments = [call.arguments for call in message.tool_calls]
        values = [str(value) for record in arguments for value in record.values()]
        texts += [message.content, message.thinking, *values]
    return texts


def test_the_same_seed_gives_the_same_conversations() -> None:
    first, second = random.Random(3), random.Random(3)
    assert [sample_conversation(first) for _ in range(100)] == [
        sample_conversation(second) for _ in range(100)
    ]


def test_every_family_is_drawn(conversations: list[Conversation]) -> None:
    assert {conversation.family for conversation in conversations} == set(WEIGHTS)


def test_no_text_holds_a_held_out_pair(conversations: list[Conversation]) -> None:
    found = [text for c in conversations for text in _texts(c) if contains_held_out_pair(text)]
    assert found == []


def test_a_prompt_of_the_evaluation_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = iter([PROMPTS[40].text.upper(), PROMPTS[0].text, "something else"])

    def sample_exchange(rng: random.Random) -> Exchange:
        return Exchange(next(asked), "trace", "reply")

    monkeypatch.setitem(mixture._SAMPLERS, "honesty", sample_exchange)
    conversation = sample_of_family(random.Random(1), "honesty")
    assert conversation.messages[0].content == "something else"


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.id)
def test_every_evaluation_prompt_is_reserved(prompt: object) -> None:
    text = getattr(prompt, "text", "")
    assert is_reserved(text)
    assert is_reserved(f"  {text.upper()}!! ")


def test_a_conversation_ends_with_the_assistant_and_begins_with_the_user(
    conversations: list[Conversation],
) -> None:
    for conversation in conversations:
        assert conversation.messages[0].role is Role.USER
        assert conversation.messages[-1].role is Role.ASSISTANT
        assert conversation.messages[-1].content
        assert conversation.tools == (ARTIFACT_CREATE,)


def test_thinking_stands_in_the_last_turn_only_and_only_when_it_is_on(
    conversations: list[Conversation],
) -> None:
    for conversation in conversations:
        roles = [message.role for message in conversation.messages]
        last_user = len(roles) - 1 - roles[::-1].index(Role.USER)
        past, current = conversation.messages[:last_user], conversation.messages[last_user:]
        assert not any(message.thinking for message in past)
        assert any(message.thinking for message in current) == conversation.thinking


def test_arguments_come_in_the_order_in_which_they_are_used(
    conversations: list[Conversation],
) -> None:
    calls = [call for c in conversations for m in c.messages for call in m.tool_calls]
    assert calls
    for call in calls:
        assert call.name == "artifact_create"
        assert list(call.arguments) == ["id", "type", "title", "content"]


def test_earlier_artifacts_are_stubs_and_the_last_one_is_whole(
    conversations: list[Conversation],
) -> None:
    for conversation in conversations:
        roles = [message.role for message in conversation.messages]
        last_user = len(roles) - 1 - roles[::-1].index(Role.USER)
        for index, message in enumerate(conversation.messages):
            for call in message.tool_calls:
                result = conversation.messages[index + 1]
                version = result.content.removeprefix(f"Created {call.arguments['id']} version ")
                stub = f"[{call.arguments['id']} version {version.removesuffix('.')}]"
                assert (call.arguments["content"] == stub) == (index < last_user)
