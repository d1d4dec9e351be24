"""artifact_create: what the model may write, and what it is told when it may not."""

from typing import Any

import pytest

from engine.protocol import ToolCall
from tests.factories import make_conversation, make_exchange, make_guest
from webapp.agents.base import ToolOutcome, ToolScope
from webapp.agents.tools.artifact_tools import ArtifactCreate
from webapp.artifacts.identifiers import artifact_id
from webapp.artifacts.models import ArtifactVersion
from webapp.artifacts.services import MAX_CONTENT_BYTES
from webapp.artifacts.version_documents import content_of
from webapp.conversations.models import Message

pytestmark = pytest.mark.django_db
GOOD = {"id": "Flappy Bird!", "type": " HTML ", "title": " Flappy\nBird ", "content": "<h1>x</h1>"}


@pytest.fixture
def place() -> Message:
    return make_exchange(make_conversation(make_guest()), "Make it", [])


def run(place: Message, **arguments: Any) -> ToolOutcome:
    call = ToolCall(id="c", name="artifact_create", arguments=arguments)
    scope = ToolScope(conversation_id=place.conversation_id, message_id=place.pk, call="1.0")
    return ArtifactCreate().run(call, scope)


def test_a_good_call_stores_a_version_under_the_id_that_was_shown(place: Message) -> None:
    outcome = run(place, **GOOD)
    assert outcome.result == "Created flappy-bird version 1."
    assert outcome.failure is None
    assert outcome.made is not None
    assert outcome.made.artifact == str(artifact_id(place.conversation_id, "flappy-bird"))
    assert (outcome.made.kind, outcome.made.title) == ("html", "Flappy Bird")
    assert content_of(ArtifactVersion.objects.get()) == "<h1>x</h1>"


def test_a_missing_title_is_the_id_and_other_keys_are_ignored(place: Message) -> None:
    arguments = {key: value for key, value in GOOD.items() if key != "title"}
    outcome = run(place, **arguments, size="large")
    assert outcome.made is not None
    assert outcome.made.title == "flappy-bird"


@pytest.mark.parametrize(
    "fault",
    [
        {"type": "exe"},
        {"type": 3},
        {"id": "!!!"},
        {"id": None},
        {"content": " \n"},
        {"content": ["<h1>"]},
        {"content": "x" * (MAX_CONTENT_BYTES + 1)},
    ],
)
def test_a_faulty_call_stores_nothing_and_says_why(place: Message, fault: dict[str, Any]) -> None:
    outcome = run(place, **{**GOOD, **fault})
    assert outcome.made is None
    assert outcome.failure
    assert outcome.result.startswith("Error: ")
    assert not ArtifactVersion.objects.exists()


@pytest.mark.parametrize("missing", ["id", "type", "content"])
def test_a_call_without_something_it_needs_is_told_what(place: Message, missing: str) -> None:
    outcome = run(place, **{key: value for key, value in GOOD.items() if key != missing})
    assert missing in outcome.result
