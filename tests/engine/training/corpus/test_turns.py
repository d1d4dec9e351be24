"""Turns with tool calls: what is trained, what later prompts show, and what is only read."""

from pathlib import Path

from engine.protocol import Role
from engine.training.corpus.steps import create_step, edit_step, read_step, undo_step
from engine.training.corpus.turns import Turn, converse, current_messages, past_messages
from engine.training.text_files import open_encoder

MODEL = Path(__file__).parents[4] / "models/glm-nano"
PAGE = "<p>\nred\n</p>"
EDIT = "<<<<<<< SEARCH\nred\n=======\nblue\n>>>>>>> REPLACE"


def _edit_turn(*, is_given: bool = False) -> Turn:
    made = create_step("page", "html", "Page", PAGE)
    if is_given:
        made = create_step("page", "html", "Page", PAGE)
        object.__setattr__(made, "is_given", True)
    read = read_step("page", PAGE, version=1, first=2, last=2)
    edit = edit_step("page", EDIT, version=2, changed_lines=1)
    return Turn("Make a blue page", "A page.", "Here.", ((made,), (read,), (edit,)))


def test_a_read_shows_the_lines_with_their_numbers() -> None:
    assert read_step("page", PAGE, version=3, first=2, last=2).result == (
        "page version 3: 3 lines.\n2| red"
    )
    assert read_step("page", PAGE, version=3).result.endswith("1| <p>\n2| red\n3| </p>")
    assert "lines" not in read_step("page", PAGE, version=3).arguments


def test_the_current_turn_thinks_once_and_answers_every_call() -> None:
    messages = current_messages(_edit_turn(), thinking=True)
    assert [message.role.value for message in messages] == [
        *("user", "assistant", "tool", "assistant", "tool", "assistant", "tool", "assistant"),
    ]
    assert [message.thinking for message in messages if message.thinking] == ["A page."]
    assert messages[1].thinking
    assert not any(m.thinking for m in current_messages(_edit_turn(), thinking=False))


def test_an_earlier_turn_is_one_round_of_stubs_without_what_was_only_read() -> None:
    messages = past_messages(_edit_turn())
    calls = messages[1].tool_calls
    assert [call.name for call in calls] == ["artifact_create", "artifact_edit"]
    assert calls[0].arguments["content"] == "[page version 1]"
    assert calls[1].arguments == {"id": "page", "edits": "[page version 2]"}
    results = [message.content for message in messages if message.role is Role.TOOL]
    assert results == ["Created page version 1.", "Edited page version 2. Changed 1 line."]


def test_a_poster_keeps_its_size_in_the_call_and_loses_it_in_the_stub() -> None:
    step = create_step("event-poster", "poster", "Fair", "<p>", size="A3")
    assert list(step.arguments) == ["id", "type", "title", "size", "content"]
    assert step.stub is not None
    assert "size" not in step.stub.arguments


def test_an_undo_names_the_version_that_is_back() -> None:
    step = undo_step("page", version=3, restored=1)
    assert step.result == "Restored page version 3. It is as in version 1."
    assert step.stub is not None
    assert step.stub.result == "Restored page version 3. Back to version 1."


def test_a_slip_is_read_and_not_trained() -> None:
    encoder = open_encoder(MODEL)
    learned = converse([], _edit_turn(), thinking=False, family="edit")
    given = converse([], _edit_turn(is_given=True), thinking=False, family="edit")
    assert given.given == (1,)
    assert learned.given == ()
    whole, part = encoder.encode(learned), encoder.encode(given)
    assert whole.ids == part.ids
    lost = [a and not b for a, b in zip(whole.trained, part.trained, strict=True)]
    assert sum(whole.trained) > sum(part.trained) > 0
    first = whole.trained.index(True)
    assert lost[first]
    assert not any(lost[part.trained.index(True) :])
