"""Tools of texts: edits that apply whole, merges, reading, and going back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from engine.protocol import ToolCall
from tests.factories import make_conversation, make_exchange, make_guest
from webapp.agents.base import ToolOutcome, ToolScope
from webapp.agents.tools.all_tools import ARTIFACT_TOOLS
from webapp.artifacts.models import ArtifactVersion, Author
from webapp.artifacts.services import store_version
from webapp.artifacts.version_documents import content_of
from webapp.conversations.models import Message
from webapp.core.events import ArtifactKind

pytestmark = pytest.mark.django_db
TOOLS = {tool.spec.name: tool for tool in ARTIFACT_TOOLS}
PAGE = "<h1>Flappy</h1>\n<p>Press space.</p>\n<p>Good luck.</p>\n"
Call = Callable[..., ToolOutcome]


def call(place: Message, key: str, tool: str, **arguments: Any) -> ToolOutcome:
    scope = ToolScope(conversation_id=place.conversation_id, message_id=place.pk, call=key)
    return TOOLS[tool].run(ToolCall(id="c", name=tool, arguments=arguments), scope)


def block(old: str, new: str) -> str:
    return f"<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE"


def create(place: Message, key: str = "1.0", content: str = PAGE) -> ToolOutcome:
    arguments = {"id": "flappy", "type": "html", "title": "Flappy", "content": content}
    return call(place, key, "artifact_create", **arguments)


def edit(place: Message, key: str, old: str, new: str, **more: Any) -> ToolOutcome:
    return call(place, key, "artifact_edit", id="flappy", edits=block(old, new), **more)


def answer(after: Message, text: str = "More") -> Message:
    return make_exchange(after.conversation, text, [], parent=after)


def person_edits(place: Message, content: str, parent: int) -> None:
    store_version(
        message_id=place.pk,
        call=f"person:{UUID(int=parent)}",
        identifier="flappy",
        kind=ArtifactKind.HTML,
        title="Flappy",
        content=content,
        parent=parent,
        author=Author.PERSON,
    )


@pytest.fixture
def place() -> Message:
    return make_exchange(make_conversation(make_guest()), "Make a game", [])


def text(number: int) -> str:
    return content_of(ArtifactVersion.objects.get(number=number))


def test_an_edit_is_a_version_made_from_the_newest(place: Message) -> None:
    create(place)
    outcome = edit(place, "2.0", "<p>Good luck.</p>", "<p>Have fun.</p>\n<p>$& $1</p>")
    assert outcome.result == "Edited flappy version 2. Changed 2 lines."
    assert outcome.made is not None
    assert (outcome.made.action, outcome.made.summary) == ("edit", "changed 2 lines")
    assert text(2) == "<h1>Flappy</h1>\n<p>Press space.</p>\n<p>Have fun.</p>\n<p>$& $1</p>\n"
    version = ArtifactVersion.objects.get(number=2)
    assert (version.parent, version.title, version.author) == (1, "Flappy", "model")


def test_an_edit_that_does_not_fit_changes_nothing_and_tells_the_nearest_lines(
    place: Message,
) -> None:
    create(place)
    outcome = edit(place, "2.0", "<p>Press the space bar.</p>", "x")
    assert outcome.result == (
        "Error: Block 1: The lines of SEARCH are not in the document. The nearest lines are:\n"
        "1| <h1>Flappy</h1>\n2| <p>Press space.</p>\n3| <p>Good luck.</p>\nNothing was changed."
    )
    assert outcome.failure == "A change did not fit the document, so nothing was changed."
    assert ArtifactVersion.objects.count() == 1


def test_a_guess_is_told(place: Message) -> None:
    create(place, content="<ul class='a'>\n  <li>the first entry here</li>\n</ul>\n")
    old = "<ul class='a'>\n  <li>the first entri here</li>\n</ul>"
    outcome = edit(place, "2.0", old, "<ol></ol>")
    assert "Block 1 fitted only by likeness" in outcome.result


@pytest.mark.parametrize("base", [1, "1", "version 1", " v1. "])
def test_what_the_person_changed_since_is_merged_in(place: Message, base: object) -> None:
    create(place)
    person_edits(place, PAGE.replace("Good luck", "Viel Glück"), 1)
    outcome = edit(place, "2.0", "<h1>Flappy</h1>", "<h1>Flappy Bird</h1>", base=base)
    assert outcome.result == (
        "Edited flappy version 3. Changed 1 line.\nWhat changed since your version was kept."
    )
    assert text(3) == "<h1>Flappy Bird</h1>\n<p>Press space.</p>\n<p>Viel Glück.</p>\n"


def test_without_a_base_the_newest_is_edited_the_persons_too(place: Message) -> None:
    create(place)
    person_edits(place, PAGE.replace("Good luck", "Viel Glück"), 1)
    edit(place, "2.0", "<p>Viel Glück.</p>", "<p>Viel Spaß.</p>", base="")
    assert text(3).endswith("<p>Viel Spaß.</p>\n")


def test_two_changes_of_one_line_are_a_conflict_that_shows_both(place: Message) -> None:
    create(place)
    person_edits(place, PAGE.replace("Flappy", "Hers"), 1)
    outcome = edit(place, "2.0", "<h1>Flappy</h1>", "<h1>Its</h1>", base=1)
    assert outcome.result.startswith("Error: Version 2 changed the same lines in the meantime.")
    assert "<h1>Its</h1>" in outcome.result
    assert "<h1>Hers</h1>" in outcome.result
    assert ArtifactVersion.objects.count() == 2


@pytest.mark.parametrize("base", [9, "9", -1, "first", 1.5, True, "1" * 12])
def test_a_base_that_is_not_there_is_refused(place: Message, base: object) -> None:
    create(place)
    if base is True:
        return
    outcome = edit(place, "2.0", "<h1>Flappy</h1>", "x", base=base)
    assert outcome.result.startswith("Error: ")
    assert ArtifactVersion.objects.count() == 1


def test_a_rewrite_keeps_type_and_title(place: Message) -> None:
    create(place)
    outcome = call(place, "2.0", "artifact_rewrite", id="Flappy", content="<h1>New</h1>\n<p>")
    assert outcome.result == "Rewrote flappy version 2. 2 lines now."
    version = ArtifactVersion.objects.get(number=2)
    assert (version.kind, version.title) == ("html", "Flappy")


def test_reading_tells_lines_with_their_numbers(place: Message) -> None:
    create(place)
    whole = call(place, "2.0", "artifact_read", id="flappy")
    assert whole.result.split("\n")[:2] == ["flappy version 1: 3 lines.", "1| <h1>Flappy</h1>"]
    for lines in ("2-3", "2 to 3", "lines 3-2", "2-99"):
        some = call(place, "2.0", "artifact_read", id="flappy", lines=lines)
        assert some.result.split("\n")[1:] == ["2| <p>Press space.</p>", "3| <p>Good luck.</p>"]


def test_a_long_text_is_read_in_parts(place: Message) -> None:
    create(place, content="\n".join(f"<p>{'x' * 100} {n}</p>" for n in range(2_000)))
    told = call(place, "2.0", "artifact_read", id="flappy").result
    assert len(told) < 61_000
    assert "There are more lines; read " in told.split("\n")[-1]


def test_a_call_that_is_run_again_is_the_same_version(place: Message) -> None:
    create(place)
    first = edit(place, "2.0", "<h1>Flappy</h1>", "<h1>A</h1>")
    person_edits(place, PAGE, 2)
    assert edit(place, "2.0", "<h1>Flappy</h1>", "<h1>A</h1>") == first
    assert ArtifactVersion.objects.count() == 3


def test_a_branch_of_the_talk_knows_nothing_of_the_other(place: Message) -> None:
    create(place)
    blue, red = answer(place, "Blue"), answer(place, "Red")
    edit(blue, "1.0", "<h1>Flappy</h1>", "<h1>Blue</h1>")
    outcome = edit(red, "1.0", "<h1>Flappy</h1>", "<h1>Red</h1>")
    assert outcome.made is not None
    version = ArtifactVersion.objects.get(number=outcome.made.number)
    assert (version.number, version.parent) == (3, 1)


def test_undo_goes_back_one_answer_and_then_one_more(place: Message) -> None:
    create(place)
    second = answer(place)
    edit(second, "1.0", "<h1>Flappy</h1>", "<h1>Two</h1>")
    edit(second, "2.0", "<h1>Two</h1>", "<h1>Three</h1>")
    third = answer(second)
    edit(third, "1.0", "<h1>Three</h1>", "<h1>Four</h1>")
    fourth = answer(third, "Undo")
    outcome = call(fourth, "1.0", "undo", id="flappy")
    assert outcome.result == "Restored flappy version 5. It is as in version 3."
    assert call(fourth, "1.0", "undo", id="flappy") == outcome
    fifth = answer(fourth, "Undo again")
    again = call(fifth, "1.0", "undo", id="flappy")
    assert again.result == "Restored flappy version 6. It is as in version 1."
    assert text(6) == PAGE
    more = call(answer(fifth), "1.0", "undo", id="flappy")
    assert "nothing can be undone" in more.result


def test_undo_of_the_persons_edit_leaves_what_the_model_made(place: Message) -> None:
    create(place)
    person_edits(place, "<p>one</p>", 1)
    person_edits(place, "<p>two</p>", 2)
    outcome = call(answer(place), "1.0", "undo", id="flappy")
    assert outcome.made is not None
    assert outcome.made.summary == "back to version 1"


@pytest.mark.parametrize("tool", ["artifact_edit", "artifact_rewrite", "artifact_read", "undo"])
def test_what_is_not_there_is_named_with_what_is(place: Message, tool: str) -> None:
    create(place)
    outcome = call(place, "2.0", tool, id="a/b\\c", edits=block("a", "b"), content="x")
    assert outcome.result.startswith('Error: There is no artifact "a-b-c" in this chat.')
    assert "There are: flappy." in outcome.result
