"""What holds for every conversation that the trainer draws."""

import random
from functools import cache
from pathlib import Path

import pytest

from engine.protocol import Role
from engine.training.corpus import (
    DRILLS,
    WEIGHTS,
    Chat,
    Conversation,
    mixture,
    sample_conversation,
    sample_of_family,
)
from engine.training.corpus.catalog import FAMILIES
from engine.training.corpus.mixture import MOST_EARLIER
from engine.training.corpus.names import is_held_out
from engine.training.corpus.posters import making as posters
from engine.training.corpus.reserved import is_reserved, normalize
from engine.training.corpus.talking import beyond
from engine.training.corpus.tools import ARTIFACT_TOOLS, SEARCH_TOOLS
from engine.training.corpus.turns import Turn
from engine.training.corpus.values import Values
from engine.training.evaluation.prompts import PROMPTS, Prompt
from engine.training.text_files import open_encoder

MODEL = Path(__file__).parents[4] / "models/glm-nano"
MOST_TOKENS = 4096
KNOWN = {tool.name: tool for tool in SEARCH_TOOLS}


@cache
def _drawn() -> tuple[Conversation, ...]:
    """As a run reads them, the rarest families a few times."""
    rng = random.Random(7)
    return tuple(sample_conversation(rng) for _ in range(3000))


@cache
def _conversations() -> tuple[Conversation, ...]:
    """Of every family the same number."""
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


def test_every_family_is_drawn() -> None:
    assert {conversation.family for conversation in _drawn()} == set(WEIGHTS)


def test_a_conversation_begins_with_the_user_and_ends_with_words_of_the_assistant() -> None:
    for conversation in (*_drawn(), *_conversations()):
        assert conversation.messages[0].role is Role.USER
        assert conversation.messages[-1].role is Role.ASSISTANT
        assert conversation.messages[-1].content
        assert conversation.tools in (ARTIFACT_TOOLS, SEARCH_TOOLS)


@pytest.mark.parametrize("family", DRILLS)
def test_drills_stand_alone_and_make_nothing(family: str) -> None:
    rng = random.Random(2)
    for _ in range(20):
        conversation = sample_of_family(rng, family)
        assert conversation.family == family
        assert [message.role for message in conversation.messages] == [Role.USER, Role.ASSISTANT]
        assert not conversation.messages[-1].tool_calls


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


def test_a_new_request_may_follow_whatever_was_made_and_changed_before() -> None:
    new = [one for one in _drawn() if one.family in (*FAMILIES, posters.FAMILY)]
    pasts = [one.messages[: _last_user(one)] for one in new]
    called = {call.name for past in pasts for message in past for call in message.tool_calls}
    assert called >= {"artifact_create", "artifact_edit", "deck_create", "insert_page", "undo"}
    requests = [sum(message.role is Role.USER for message in past) for past in pasts]
    assert {*requests} == set(range(MOST_EARLIER + 1))


def test_earlier_texts_are_stubs() -> None:
    for conversation in _conversations():
        for message in conversation.messages[: _last_user(conversation)]:
            assert not message.thinking
            for call in message.tool_calls:
                text = call.arguments.get("content") or call.arguments.get("edits") or "["
                assert text.startswith("[")
                assert len(text) < 80


def test_the_stub_of_a_made_thing_names_the_version_that_was_made() -> None:
    found = 0
    for conversation in _conversations():
        past = conversation.messages[: _last_user(conversation)]
        results = [message.content for message in past if message.role is Role.TOOL]
        calls = [call for message in past for call in message.tool_calls]
        for call, result in zip(calls, results, strict=True):
            if call.name == "artifact_create":
                version = result.removesuffix(".").removeprefix(f"Created {call.arguments['id']} ")
                assert call.arguments["content"] == f"[{call.arguments['id']} {version}]"
                found += 1
    assert found > 100


def test_the_current_turn_holds_whole_texts() -> None:
    whole = 0
    for conversation in _conversations():
        for message in conversation.messages[_last_user(conversation) :]:
            for call in message.tool_calls:
                text = call.arguments.get("content") or call.arguments.get("edits") or ""
                assert not text.startswith("[")
                whole += bool(text)
    assert whole > len(FAMILIES) * 12


def test_thinking_stands_in_the_last_turn_only_and_only_when_it_is_on() -> None:
    for conversation in _conversations():
        thoughts = [message.thinking for message in conversation.messages if message.thinking]
        assert len(thoughts) == conversation.thinking
        past = conversation.messages[: _last_user(conversation)]
        assert not any(message.thinking for message in past)


def test_no_title_is_kept_for_the_evaluation() -> None:
    fixed = {title for family in FAMILIES.values() for title in family.title.values()}
    created = [
        call.arguments["title"]
        for conversation in _drawn()
        for message in conversation.messages
        for call in message.tool_calls
        if call.name == "artifact_create"
    ]
    open_titles = set(created) - fixed
    assert len(open_titles) > 500
    assert not any(map(is_held_out, open_titles))


def test_a_prompt_of_the_evaluation_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = iter([PROMPTS[40].text.upper(), PROMPTS[0].text, "something else"])

    def sample_chat(values: Values) -> Chat:
        return Chat(Turn(next(asked), "trace", "reply"))

    monkeypatch.setitem(mixture._SAMPLERS, beyond.FAMILY, sample_chat)
    conversation = sample_of_family(random.Random(1), beyond.FAMILY)
    assert conversation.messages[_last_user(conversation)].content == "something else"
    assert next(asked, None) is None


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.id)
def test_every_evaluation_prompt_is_reserved(prompt: Prompt) -> None:
    assert is_reserved(prompt.text)
    assert is_reserved(f"  {prompt.text.upper()}!! ")


def test_no_prompt_is_one_of_the_evaluation() -> None:
    for conversation in (*_drawn(), *_conversations()):
        for message in conversation.messages:
            if message.role is Role.USER and normalize(message.content):
                assert not is_reserved(message.content)


@pytest.mark.parametrize("family", WEIGHTS)
def test_a_conversation_fits_the_model(family: str) -> None:
    encoder, rng = open_encoder(MODEL), random.Random(11)
    sample = encoder.encode(sample_of_family(rng, family))
    assert 0 < sum(sample.trained) < len(sample.ids) <= MOST_TOKENS
