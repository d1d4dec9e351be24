"""artifact_create: what the model may write, and what it is told when it may not."""

from typing import Any

import pytest

from engine.protocol import ToolCall
from tests.factories import make_conversation, make_exchange, make_guest
from webapp.agents.base import ToolOutcome, ToolScope
from webapp.agents.tools import artifact_create
from webapp.artifacts.contents import MAX_CONTENT_BYTES
from webapp.artifacts.identifiers import artifact_id
from webapp.artifacts.models import ArtifactVersion
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
    return artifact_create.TOOL.run(call, scope)


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
    outcome = run(place, **arguments, color="green")
    assert outcome.made is not None
    assert outcome.made.title == "flappy-bird"


@pytest.mark.parametrize(
    "fault",
    [
        {"type": "exe"},
        {"type": "deck"},
        {"type": "poster", "size": "A9"},
        {"content": "[flappy-bird version 1]"},
        {"content": "<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE"},
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


@pytest.mark.parametrize(
    ("arguments", "attributes"),
    [
        ({"type": "poster"}, {"size": "A4"}),
        ({"type": "poster", "size": "a3 Landscape"}, {"size": "A3 landscape"}),
        ({"type": "code", "language": " Python "}, {"language": "python"}),
        ({"type": "markdown", "size": "A4", "language": "en"}, {}),
    ],
)
def test_size_and_language_are_kept_where_they_mean_something(
    place: Message, arguments: dict[str, str], attributes: dict[str, str]
) -> None:
    outcome = run(place, **{**GOOD, **arguments})
    assert outcome.made is not None
    assert ArtifactVersion.objects.get().attributes == attributes


def test_a_new_document_that_leaves_out_what_was_there_is_refused(place: Message) -> None:
    run(place, **GOOD)
    call = ToolCall(
        id="c",
        name="artifact_create",
        arguments={**GOOD, "content": "<h1>y</h1>\n<!-- rest of the page unchanged -->"},
    )
    scope = ToolScope(conversation_id=place.conversation_id, message_id=place.pk, call="2.0")
    outcome = artifact_create.TOOL.run(call, scope)
    assert "stands where text should be" in outcome.result
    assert ArtifactVersion.objects.count() == 1
