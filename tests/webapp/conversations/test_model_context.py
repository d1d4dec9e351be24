"""What the model sees: no earlier thinking, stubs for made things, whole turns only."""

from engine.protocol import ChatMessage, Role, ToolCall
from webapp.conversations.model_context import build_messages
from webapp.conversations.models import Message, MessageRole
from webapp.conversations.services import dump_parts
from webapp.core.events import (
    ArtifactKind,
    ArtifactPart,
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
