"""Whatever a model writes as arguments, a tool answers; it never breaks the turn."""

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.protocol import ToolCall
from tests.factories import make_conversation, make_exchange, make_guest
from webapp.agents.base import ToolScope
from webapp.agents.tools.all_tools import ARTIFACT_TOOLS
from webapp.conversations.models import Message

NAMES = sorted({name for tool in ARTIFACT_TOOLS for name in tool.spec.parameters["properties"]})
BLOCK = "<<<<<<< SEARCH\n<p>a</p>\n=======\n<p>b</p>\n>>>>>>> REPLACE"
TEXTS = st.sampled_from(
    [
        *("", " ", "page", "deck", "html", "poster", "code", "A3", "1", "-1", "2.", "third"),
        *("last", "[1, 2]", "{", '{"colors": 1}', "Ocean", BLOCK, "<p>a</p>", "a\0b", "\ud800"),
        *("../x", "refine", "9" * 400, "\u202e", "null", "1-3", "redo", "[page version 1]"),
    ]
)
PLAIN = st.one_of(TEXTS, st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)


@pytest.fixture
def place() -> Message:
    """A chat with a page and a deck of two pages."""
    place = make_exchange(make_conversation(make_guest()), "Make", [])
    makings = [
        ("artifact_create", {"id": "page", "type": "html", "title": "P", "content": "<p>a</p>"}),
        ("deck_create", {"id": "deck", "title": "D", "outline": "A"}),
        ("insert_page", {"deck": "deck", "position": "1", "title": "A", "content": "<p>a</p>"}),
        ("insert_page", {"deck": "deck", "position": "2", "title": "B", "content": "<p>a</p>"}),
    ]
    for number, (name, arguments) in enumerate(makings, 1):
        answer(place, name, arguments, f"0.{number}")
    return place


def answer(place: Message, name: str, arguments: Mapping[str, object], key: str) -> str:
    tool = next(tool for tool in ARTIFACT_TOOLS if tool.spec.name == name)
    scope = ToolScope(conversation_id=place.conversation_id, message_id=place.pk, call=key)
    outcome = tool.run(ToolCall(id="c", name=name, arguments=arguments), scope)
    assert outcome.made is None or outcome.failure is None
    return outcome.result


@pytest.mark.django_db
@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_every_tool_answers_to_everything(place: Message, data: st.DataObject) -> None:
    tool = data.draw(st.sampled_from(ARTIFACT_TOOLS))
    wanted = list(tool.spec.parameters["properties"])
    keys = st.sampled_from([*wanted, *wanted, *NAMES])
    arguments = data.draw(st.dictionaries(keys, VALUES, max_size=6))
    said = answer(place, tool.spec.name, arguments, data.draw(st.sampled_from(["1.0", "2.0"])))
    assert said
    assert len(said) < 70_000


@pytest.mark.django_db
@pytest.mark.parametrize("odd", ["\0", "\ud800", "a\udfffb"])
def test_characters_that_cannot_be_stored_are_left_out_of_small_texts(
    place: Message, odd: str
) -> None:
    arguments = {
        "deck": "deck",
        "title": f"T{odd}",
        "notes": f"N{odd}",
        "sources": [f"S{odd}"],
        "content": "<p>new</p>",
    }
    assert answer(place, "insert_page", arguments, "1.0").startswith("Inserted")
    refused = answer(place, "insert_page", {**arguments, "content": f"<p>{odd}"}, "2.0")
    assert "no text" in refused
