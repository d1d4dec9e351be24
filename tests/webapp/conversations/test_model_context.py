"""What the model sees: no earlier thinking, stubs for made things, whole turns only."""

from typing import Any

import pytest

from engine.protocol import ChatMessage, Role, ToolCall
from webapp.artifacts.contents import prepare_content
from webapp.conversations.model_context import build_messages
from webapp.conversations.models import Message, MessageRole
from webapp.conversations.services import dump_parts
from webapp.core.errors import InvalidInput
from webapp.core.events import (
    ArtifactAction,
    ArtifactKind,
    ArtifactPart,
    PageRef,
    Part,
    TextPart,
    ThinkingPart,
    ToolErrorPart,
)


def ask(text: str) -> Message:
    return Message(role=MessageRole.USER, parts=dump_parts([TextPart(text=text)]))


def answer(*parts: Part) -> Message:
    return Message(role=MessageRole.ASSISTANT, parts=dump_parts(list(parts)))


def made(version: int | None, content: str = "") -> ArtifactPart:
    return ArtifactPart(
        artifact="a-1",
        artifact_kind=ArtifactKind.SVG,
        title="Bees",
        version=version,
        content=content,
    )


def call(index: int, content: str) -> ToolCall:
    arguments = {"id": "bee-badge", "type": "svg", "title": "Bees", "content": content}
    return ToolCall(id=f"call_{index}", name="artifact_create", arguments=arguments)


NAMES = {"a-1": "bee-badge"}


def test_words_are_kept_and_thinking_is_not() -> None:
    path = [ask("Hi"), answer(ThinkingPart(text="hm", duration_ms=1), TextPart(text="Hello"))]
    assert build_messages([*path, ask("More")], NAMES, None) == (
        ChatMessage(role=Role.USER, content="Hi"),
        ChatMessage(role=Role.ASSISTANT, content="Hello"),
        ChatMessage(role=Role.USER, content="More"),
    )


def test_a_made_thing_is_a_call_with_a_stub_and_its_result() -> None:
    path = [ask("Draw"), answer(TextPart(text="Sure."), made(2), TextPart(text="Done."))]
    assert build_messages([*path, ask("More")], NAMES, None)[1:4] == (
        ChatMessage(
            role=Role.ASSISTANT,
            content="Sure.",
            tool_calls=(call(1, "[bee-badge version 2]"),),
        ),
        ChatMessage(role=Role.TOOL, content="Created bee-badge version 2.", tool_call_id="call_1"),
        ChatMessage(role=Role.ASSISTANT, content="Done."),
    )


def test_a_stopped_draft_is_named_without_its_content() -> None:
    path = [ask("Draw"), answer(made(None, "<svg>half"))]
    messages = build_messages([*path, ask("More")], NAMES, None)
    assert messages[1].tool_calls == (call(0, "[bee-badge, unfinished]"),)
    assert "half" not in str(messages)


def test_empty_and_failed_answers_say_nothing() -> None:
    path = [ask("a"), answer(), ask("b"), answer(ToolErrorPart(tool="x", message="m"))]
    messages = build_messages([*path, ask("c")], NAMES, None)
    assert [message.content for message in messages] == ["a", "b", "c"]


def test_the_oldest_turns_go_first_and_no_turn_is_split() -> None:
    path = [
        ask("a" * 30),
        answer(TextPart(text="b" * 30)),
        ask("c" * 30),
        answer(TextPart(text="d" * 30)),
        ask("e" * 10),
    ]
    sizes = {
        context: [message.content[0] for message in build_messages(path, {}, context)]
        for context in (173, 172, 93, 92, 1)
    }
    assert sizes == {
        173: ["a", "b", "c", "d", "e"],
        172: ["c", "d", "e"],
        93: ["c", "d", "e"],
        92: ["e"],
        1: ["e"],
    }


def test_a_long_chat_leaves_a_small_model_room_to_answer() -> None:
    path = [
        message for _ in range(100) for message in (ask("Make a bird game " * 4), answer(made(1)))
    ]
    messages = build_messages([*path, ask("More")], NAMES, 4096)
    said = sum(len(message.content) for message in messages)
    assert 1_000 < said < 2048 * 1.5
    assert messages[0].role is Role.USER
    assert messages[-1].content == "More"


def act(action: ArtifactAction, version: int | None = 3, **more: Any) -> ArtifactPart:
    kind = ArtifactKind.DECK if "page" in more else ArtifactKind.HTML
    return ArtifactPart(
        artifact="a-1", artifact_kind=kind, title="Bees", version=version, action=action, **more
    )


PAGE = PageRef(id="0a1b2c3d", position=2, title="Lava")


@pytest.mark.parametrize(
    ("part", "tool", "arguments", "result"),
    [
        (
            act(ArtifactAction.EDIT, summary="changed 2 lines"),
            "artifact_edit",
            {"id": "bee-badge", "edits": "[bee-badge version 3]"},
            "Edited bee-badge version 3. Changed 2 lines.",
        ),
        (
            act(ArtifactAction.REWRITE),
            "artifact_rewrite",
            {"id": "bee-badge", "content": "[bee-badge version 3]"},
            "Rewrote bee-badge version 3.",
        ),
        (
            act(ArtifactAction.DECK),
            "deck_create",
            {"id": "bee-badge", "title": "Bees"},
            "Created bee-badge version 3.",
        ),
        (
            act(ArtifactAction.PAGE, page=PAGE, summary="page 2 of 2"),
            "insert_page",
            {
                "deck": "bee-badge",
                "position": "2",
                "title": "Lava",
                "content": "[page 2 of bee-badge version 3]",
            },
            "Inserted bee-badge version 3. Page 2 of 2. The page has the id 0a1b2c3d.",
        ),
        (
            act(ArtifactAction.PAGE, None, page=PageRef(position=2, title="Lava")),
            "insert_page",
            {
                "deck": "bee-badge",
                "position": "2",
                "title": "Lava",
                "content": "[page 2 of bee-badge, unfinished]",
            },
            "The person stopped this.",
        ),
        (
            act(ArtifactAction.THEME, summary="theme Ocean"),
            "set_theme",
            {"deck": "bee-badge", "theme": "Ocean"},
            "Restyled bee-badge version 3. Theme Ocean.",
        ),
        (
            act(ArtifactAction.UNDO, summary="back to version 1"),
            "undo",
            {"id": "bee-badge"},
            "Restored bee-badge version 3. Back to version 1.",
        ),
    ],
)
def test_every_action_is_a_call_without_its_text(
    part: ArtifactPart, tool: str, arguments: dict[str, str], result: str
) -> None:
    messages = build_messages([ask("Do"), answer(part), ask("More")], NAMES, None)
    (made,) = messages[1].tool_calls
    assert (made.name, made.arguments) == (tool, arguments)
    assert messages[2].content == result
    if not part.content and "content" in arguments:
        with pytest.raises(InvalidInput):
            prepare_content(ArtifactKind.HTML, str(arguments["content"]))


def test_a_page_that_is_seen_again_was_changed() -> None:
    first = act(ArtifactAction.PAGE, page=PAGE)
    again = act(ArtifactAction.PAGE, 4, page=PAGE, summary="page 2: changed 1 line")
    path = [ask("Do"), answer(first), ask("Change it"), answer(again), ask("More")]
    call = build_messages(path, NAMES, None)[4].tool_calls[0]
    assert call.name == "update_page"
    assert call.arguments["page_id"] == "0a1b2c3d"


def test_an_order_that_was_changed_leaves_no_call() -> None:
    path = [ask("Move"), answer(act(ArtifactAction.ARRANGE), TextPart(text="Done."))]
    assert len(build_messages([*path, ask("More")], NAMES, None)) == 3


def test_a_note_stands_before_the_newest_message_and_nowhere_else() -> None:
    path = [ask("a"), answer(TextPart(text="b")), ask("c")]
    messages = build_messages(path, NAMES, None, note="- bees: html")
    assert [message.role for message in messages] == [
        Role.USER,
        Role.ASSISTANT,
        Role.SYSTEM,
        Role.USER,
    ]
    ended = build_messages(path[:2], NAMES, None, note="- bees: html")
    assert Role.SYSTEM not in {message.role for message in ended}
    short = build_messages(path, NAMES, 1, note="- bees: html")
    assert [message.content for message in short] == ["- bees: html", "c"]
