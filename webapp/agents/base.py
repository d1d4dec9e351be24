"""What agents and tools are made of, and what a turn hands to them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from engine.protocol import ChatMessage, EngineEvent, SamplingParams, ToolCall, ToolSpec
from webapp.artifacts.checks import CheckReport
from webapp.core.events import ArtifactAction, ArtifactKind, PageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolScope:
    """Where a tool call happens. `call` names it within the message, the same when the turn is
    taken up again, so that tools can store once what is run twice."""

    conversation_id: UUID
    message_id: UUID
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeVersion:
    """The version of an artifact that a tool stored; `version_id` is the key of its row, `summary`
    says in words what it changed."""

    artifact: str
    kind: ArtifactKind
    title: str
    number: int
    version_id: int = 0
    action: ArtifactAction = ArtifactAction.CREATE
    page: PageRef | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOutcome:
    """What a tool call came to: `result` is read by the model, `failure` by the person. A call
    that only read something has neither a version nor a failure, and shows nothing."""

    result: str
    made: MadeVersion | None = None
    failure: str | None = None


class Tool(Protocol):
    """Something the model may call."""

    @property
    def spec(self) -> ToolSpec:
        """Name, description and schema, as the model reads them."""

    def run(self, call: ToolCall, scope: ToolScope) -> ToolOutcome:
        """Does what the call asks. A faulty call is an outcome with a failure, not an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A prompt, its tools, and how it samples."""

    name: str
    system_prompt: str
    tools: tuple[Tool, ...]
    sampling: SamplingParams = field(default_factory=SamplingParams)


class TurnContext(Protocol):
    """What a turn hands to an agent. Events that `generate` yields are already recorded."""

    @property
    def conversation_id(self) -> UUID:
        """The conversation."""

    @property
    def message_id(self) -> UUID:
        """The assistant message that is being written."""

    @property
    def history(self) -> tuple[ChatMessage, ...]:
        """The talk up to and with the message that is being answered."""

    def generate(
        self,
        ordinal: int,
        messages: tuple[ChatMessage, ...],
        tools: tuple[ToolSpec, ...],
        sampling: SamplingParams,
    ) -> Iterator[EngineEvent]:
        """One generation, the `ordinal`-th of the turn; ends with exactly one terminal event."""

    def record_tool(self, tool: str, index: int, outcome: ToolOutcome) -> None:
        """Shows and keeps what call `index` of the present generation came to."""

    def check(self, made: MadeVersion) -> CheckReport | None:
        """Has a stored version looked at; shows and keeps what was found. None if nobody could."""
