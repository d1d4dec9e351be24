"""What the corpus is made of: conversations, and exchanges with at most one artifact."""

from dataclasses import dataclass

from engine.protocol import ChatMessage, Role, ToolSpec


@dataclass(frozen=True, slots=True)
class Conversation:
    """One training sample, complete: it ends with an assistant message.

    Only the assistant messages after the last user message are trained; earlier ones are history
    as the web side sends it (no thinking, artifact content replaced by a stub). `given` are
    places of assistant messages that are read and not trained either: a slip that is then mended.
    """

    messages: tuple[ChatMessage, ...]
    thinking: bool
    tools: tuple[ToolSpec, ...]
    family: str
    given: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Artifact:
    """What a call of `artifact_create` makes."""

    id: str
    type: str
    title: str
    content: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A user message with its answer: a thinking trace, perhaps an artifact, a last text."""

    prompt: str
    trace: str
    reply: str
    artifact: Artifact | None = None


def user(text: str) -> ChatMessage:
    """A user message."""
    return ChatMessage(role=Role.USER, content=text)
