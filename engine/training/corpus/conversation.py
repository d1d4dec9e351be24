"""What the corpus is made of: conversations, and the one tool that glm-nano knows."""

from dataclasses import dataclass

from engine.protocol import ChatMessage, Role, ToolCall, ToolSpec

ARTIFACT_CREATE = ToolSpec(
    name="artifact_create",
    description="Create an artifact that the person can see and use.",
    parameters={
        "type": "object",
        "properties": {
            "id": {"type": "string", "description": "A short name in lower case."},
            "type": {"type": "string", "enum": ["html", "svg"]},
            "title": {"type": "string", "description": "The title shown to the person."},
            "content": {"type": "string", "description": "The complete source text."},
        },
        "required": ["id", "type", "title", "content"],
    },
)


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


def current_turn(exchange: Exchange, *, thinking: bool, version: int = 1) -> list[ChatMessage]:
    """The messages of the turn that is trained: full content, thinking in the first answer."""
    trace = exchange.trace if thinking else ""
    if exchange.artifact is None:
        answer = ChatMessage(role=Role.ASSISTANT, content=exchange.reply, thinking=trace)
        return [user(exchange.prompt), answer]
    call, result = _tool_step(exchange.artifact, exchange.artifact.content, trace, version)
    last = ChatMessage(role=Role.ASSISTANT, content=exchange.reply)
    return [user(exchange.prompt), call, result, last]


def past_turn(exchange: Exchange, version: int = 1) -> list[ChatMessage]:
    """The messages of an earlier turn: no thinking, the artifact's content as a stub."""
    last = ChatMessage(role=Role.ASSISTANT, content=exchange.reply)
    if exchange.artifact is None:
        return [user(exchange.prompt), last]
    stub = f"[{exchange.artifact.id} version {version}]"
    call, result = _tool_step(exchange.artifact, stub, "", version)
    return [user(exchange.prompt), call, result, last]


def _tool_step(
    artifact: Artifact, content: str, trace: str, version: int
) -> tuple[ChatMessage, ChatMessage]:
    arguments = {
        "id": artifact.id,
        "type": artifact.type,
        "title": artifact.title,
        "content": content,
    }
    call = ToolCall(id="call-0", name=ARTIFACT_CREATE.name, arguments=arguments)
    made = ChatMessage(role=Role.ASSISTANT, thinking=trace, tool_calls=(call,))
    text = f"Created {artifact.id} version {version}."
    return made, ChatMessage(role=Role.TOOL, content=text, tool_call_id=call.id)
