"""The wire: every event a turn may show its owner, as one discriminated union.

The front end's types are generated from here. An event's id, `<attempt>-<seq>`, is the id of its
entry in the Redis stream `turn:<turn_id>`; seq counts from 1 within an attempt.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from engine.protocol import ErrorCode


class WireModel(BaseModel):
    """Base of everything that crosses the socket: closed, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ArtifactKind(StrEnum):
    """What an artifact is, and so how it is shown."""

    HTML = "html"
    SVG = "svg"
    POSTER = "poster"
    MARKDOWN = "markdown"
    MERMAID = "mermaid"
    CODE = "code"
    DECK = "deck"


class ArtifactAction(StrEnum):
    """What a tool call does to an artifact; one part of an answer stands for one call."""

    CREATE = "create"
    REWRITE = "rewrite"
    EDIT = "edit"
    DECK = "deck"
    PAGE = "page"
    ARRANGE = "arrange"
    THEME = "theme"
    UNDO = "undo"


class PageRef(WireModel):
    """A page of a deck. `position` counts from 1; `id` is None until the page is stored."""

    id: str | None = None
    position: int
    title: str


class CheckState(StrEnum):
    """What loading a version on the server showed. `unavailable`: it could not be looked at."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"


class CheckSummary(WireModel):
    """A check in one line; the whole report is fetched over HTTP."""

    state: CheckState
    errors: int = 0
    warnings: int = 0
    text: str = ""


class ThinkingPart(WireModel):
    """A thinking trace; `duration_ms` is None while it runs."""

    kind: Literal["thinking"] = "thinking"
    text: str
    duration_ms: int | None = None


class TextPart(WireModel):
    """Markdown text."""

    kind: Literal["text"] = "text"
    text: str


class ArtifactPart(WireModel):
    """A made thing, or a change to one. `version` is None while it is being written, and `content`
    is then the draft (of `page` where there is one, empty for edits); a finished version's content
    is fetched over HTTP and `content` is empty. `summary` says in words what the version changed.
    `size` is that of a new poster, by which its draft is shown.
    """

    kind: Literal["artifact"] = "artifact"
    artifact: str
    artifact_kind: ArtifactKind
    title: str
    version: int | None = None
    content: str = ""
    action: ArtifactAction = ArtifactAction.CREATE
    page: PageRef | None = None
    size: str = ""
    summary: str = ""
    check: CheckSummary | None = None


class ToolErrorPart(WireModel):
    """A tool call that did not work, with a sentence for the person."""

    kind: Literal["tool_error"] = "tool_error"
    tool: str
    message: str


Part = Annotated[
    ThinkingPart | TextPart | ArtifactPart | ToolErrorPart, Field(discriminator="kind")
]
PARTS: TypeAdapter[list[Part]] = TypeAdapter(list[Part])


class TurnUsage(WireModel):
    """What a turn cost, summed over its generations."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    thinking_tokens: int = 0
    ttft_ms: float | None = None
    duration_ms: float = 0.0


class TurnPhase(StrEnum):
    """Where a running turn is."""

    QUEUED = "queued"
    READING = "reading"
    THINKING = "thinking"
    WRITING = "writing"
    MAKING = "making"
    CHECKING = "checking"


class TurnStarted(WireModel):
    """First event of every attempt: replaces everything shown for this turn with `parts`."""

    type: Literal["turn.started"] = "turn.started"
    conversation: str
    user_message: str
    assistant_message: str
    parts: tuple[Part, ...] = ()


class TurnStatus(WireModel):
    """The phase changed. `position` is the place in the queue (1 is next), else None; `progress`
    is the share of the prompt that has been read, 0 to 1, else None."""

    type: Literal["turn.status"] = "turn.status"
    phase: TurnPhase
    position: int | None = None
    progress: float | None = None


class ThinkingDeltaEvent(WireModel):
    """Appends to the thinking part at the end, opening one if the last part is another kind or
    already finished."""

    type: Literal["thinking.delta"] = "thinking.delta"
    text: str


class ThinkingFinishedEvent(WireModel):
    """Closes the thinking part at the end."""

    type: Literal["thinking.finished"] = "thinking.finished"
    duration_ms: int


class TextDeltaEvent(WireModel):
    """Appends to the text part at the end, opening one if the last part is another kind."""

    type: Literal["text.delta"] = "text.delta"
    text: str


class ArtifactStarted(WireModel):
    """Opens an artifact part: the panel may open now."""

    type: Literal["artifact.started"] = "artifact.started"
    artifact: str
    artifact_kind: ArtifactKind
    title: str
    action: ArtifactAction = ArtifactAction.CREATE
    page: PageRef | None = None
    size: str = ""


class ArtifactDelta(WireModel):
    """Appends to the draft of the artifact that is being written."""

    type: Literal["artifact.delta"] = "artifact.delta"
    artifact: str
    text: str


class ArtifactFinished(WireModel):
    """The version is stored; its part gets this number, page and summary, and an empty draft."""

    type: Literal["artifact.finished"] = "artifact.finished"
    artifact: str
    version: int
    page: PageRef | None = None
    summary: str = ""


class ArtifactChecked(WireModel):
    """A version was loaded and looked at; the last part with this version gets the summary."""

    type: Literal["artifact.checked"] = "artifact.checked"
    artifact: str
    version: int
    check: CheckSummary


class ArtifactFailed(WireModel):
    """The draft could not be kept; its part becomes a `tool_error` part."""

    type: Literal["artifact.failed"] = "artifact.failed"
    artifact: str
    tool: str
    message: str


class ToolFailed(WireModel):
    """A tool call that made no artifact did not work; appends a `tool_error` part."""

    type: Literal["tool.failed"] = "tool.failed"
    tool: str
    message: str


class TurnFinished(WireModel):
    """Terminal: the answer is complete and stored."""

    type: Literal["turn.finished"] = "turn.finished"
    usage: TurnUsage


class TurnStopped(WireModel):
    """Terminal: the owner stopped it; what was shown is stored."""

    type: Literal["turn.stopped"] = "turn.stopped"
    usage: TurnUsage


class TurnFailed(WireModel):
    """Terminal: it ended by an error; what was shown is stored."""

    type: Literal["turn.failed"] = "turn.failed"
    code: ErrorCode
    message: str


TurnEvent = Annotated[
    TurnStarted
    | TurnStatus
    | ThinkingDeltaEvent
    | ThinkingFinishedEvent
    | TextDeltaEvent
    | ArtifactStarted
    | ArtifactDelta
    | ArtifactFinished
    | ArtifactChecked
    | ArtifactFailed
    | ToolFailed
    | TurnFinished
    | TurnStopped
    | TurnFailed,
    Field(discriminator="type"),
]
TURN_EVENT: TypeAdapter[TurnEvent] = TypeAdapter(TurnEvent)
TERMINAL_TYPES = frozenset({"turn.finished", "turn.stopped", "turn.failed"})
