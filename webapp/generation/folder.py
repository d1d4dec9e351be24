"""Folds what the engine says into what the person sees: turn events, and the parts they amount to.

Pure: no database, no Redis; time comes from the clock that is handed in. Folding the same engine
events again gives the same parts (durations of thinking that are known are handed in).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from engine.protocol import (
    ChoiceFinished,
    EngineEvent,
    Failed,
    Finished,
    PrefillProgress,
    PromptLogprobs,
    Queued,
    TextDelta,
    ThinkingDelta,
    ThinkingFinished,
    ToolArgumentDelta,
    ToolCallFinished,
    ToolCallStarted,
)
from webapp.agents.base import ToolOutcome
from webapp.agents.tools.drafts import ArtifactLookup, open_draft, opens_draft, streams_draft
from webapp.conversations.tool_names import canonical_name
from webapp.core.events import (
    ArtifactAction,
    ArtifactChecked,
    ArtifactDelta,
    ArtifactFailed,
    ArtifactFinished,
    ArtifactKind,
    ArtifactPart,
    ArtifactStarted,
    CheckSummary,
    Part,
    TextDeltaEvent,
    TextPart,
    ThinkingDeltaEvent,
    ThinkingFinishedEvent,
    ThinkingPart,
    ToolErrorPart,
    ToolFailed,
    TurnEvent,
    TurnPhase,
    TurnStatus,
)
from webapp.core.storable import storable_text


@dataclass
class _OpenCall:
    """A tool call that is being written. `is_complete` says that its last argument has begun,
    `artifact` is what its draft is of."""

    name: str
    arguments: dict[str, str] = field(default_factory=dict)
    artifact: str | None = None
    is_complete: bool = False


@dataclass
class _Buffer:
    """The text of the part at the end, in pieces, so that growing it stays cheap."""

    pieces: list[str] = field(default_factory=list)

    def take(self) -> str:
        text = "".join(self.pieces)
        self.pieces = [text] if text else []
        return text


class TurnFolder:
    """The state of one turn. Every method returns the events to show, in order."""

    def __init__(
        self,
        *,
        artifacts: ArtifactLookup,
        clock: Callable[[], float],
        known_durations_ms: Sequence[int] = (),
    ) -> None:
        self._artifacts = artifacts
        self._clock = clock
        self._known_durations_ms = list(known_durations_ms)
        self._parts: list[Part] = []
        self._buffer = _Buffer()
        self._thinking_since = 0.0
        self._calls: dict[int, _OpenCall] = {}
        self._status = TurnStatus(phase=TurnPhase.QUEUED)

    @property
    def status(self) -> TurnStatus:
        """Where the turn is now."""
        return self._status

    @property
    def has_parts(self) -> bool:
        """Whether anything shows so far."""
        return bool(self._parts)

    def parts(self) -> list[Part]:
        """Everything shown so far; what the events add up to."""
        parts = list(self._parts)
        if parts:
            parts[-1] = self._with_buffer(parts[-1])
        return parts

    def begin_generation(self) -> list[TurnEvent]:
        """A further generation of this turn begins: it waits in the engine's queue."""
        self._calls = {}
        return self._show_status(TurnPhase.QUEUED)

    def forget_durations(self) -> None:
        """What follows is not what was written before, so the known durations do not fit."""
        self._known_durations_ms = []

    def end_generation(self) -> list[TurnEvent]:
        """Nothing more comes: closes a thinking trace that is still open."""
        return self._finish_thinking()

    def fold(self, event: EngineEvent) -> list[TurnEvent]:
        """What one engine event means to the person."""
        match event:
            case Queued():
                return self._show_status(TurnPhase.QUEUED, position=event.position)
            case PrefillProgress():
                return self._read(event)
            case ThinkingDelta():
                return self._think(storable_text(event.text))
            case ThinkingFinished():
                return self._finish_thinking()
            case TextDelta():
                return self._write(storable_text(event.text))
            case ToolCallStarted():
                return self._start_call(event)
            case ToolArgumentDelta():
                return self._grow_call(replace(event, text=storable_text(event.text)))
            case ToolCallFinished() | Finished() | Failed():
                return self._finish_thinking()
            case PromptLogprobs() | ChoiceFinished():
                return []
            case _:
                assert_never(event)

    def record_tool(self, tool: str, index: int, outcome: ToolOutcome) -> list[TurnEvent]:
        """What call `index` of the present generation came to."""
        call = self._calls.pop(index, None)
        draft = call.artifact if call else None
        if outcome.made is None:
            is_silent = outcome.failure is None and draft is None
            return [] if is_silent else self._fail_call(tool, draft, outcome)
        made = outcome.made
        opened = ArtifactPart(
            artifact=made.artifact, artifact_kind=made.kind, title=made.title, action=made.action
        )
        events: list[TurnEvent] = []
        part = self._find_draft(draft)
        if part is None or _subject(part) != _subject(opened):
            if draft is not None:
                renamed = ToolOutcome(result="", failure="The model named this document anew.")
                events += self._fail_call(tool, draft, renamed)
            part = opened
            events += self._open_artifact(opened)
        self._buffer = _Buffer()
        done = {"version": made.number, "content": "", "page": made.page, "summary": made.summary}
        self._parts[-1] = part.model_copy(update=done)
        finished = ArtifactFinished(
            artifact=made.artifact, version=made.number, page=made.page, summary=made.summary
        )
        return [*events, finished]

    def begin_check(self) -> list[TurnEvent]:
        """A stored version is being looked at."""
        return self._show_status(TurnPhase.CHECKING)

    def record_check(self, artifact: str, version: int, check: CheckSummary) -> list[TurnEvent]:
        """What the check of a version that is shown found."""
        for place in range(len(self._parts) - 1, -1, -1):
            part = self._parts[place]
            if isinstance(part, ArtifactPart) and (part.artifact, part.version) == (
                artifact,
                version,
            ):
                self._parts[place] = part.model_copy(update={"check": check})
                return [ArtifactChecked(artifact=artifact, version=version, check=check)]
        return []

    def _find_draft(self, draft: str | None) -> ArtifactPart | None:
        last = self._parts[-1] if draft is not None else None
        return last if isinstance(last, ArtifactPart) else None

    def _fail_call(self, tool: str, draft: str | None, outcome: ToolOutcome) -> list[TurnEvent]:
        message = outcome.failure or "The tool gave no answer."
        failure = ToolErrorPart(tool=tool, message=message)
        if draft is None:
            self._append(failure)
            return [ToolFailed(tool=tool, message=message)]
        self._buffer = _Buffer()
        self._parts[-1] = failure
        return [ArtifactFailed(artifact=draft, tool=tool, message=message)]

    def _read(self, event: PrefillProgress) -> list[TurnEvent]:
        """Who has read the whole prompt is about to write: that is not worth a word before it."""
        if event.done_tokens >= event.total_tokens:
            return []
        progress = round(max(event.done_tokens / event.total_tokens, 0.0), 2)
        return self._show_status(TurnPhase.READING, progress=progress)

    def _think(self, text: str) -> list[TurnEvent]:
        if not text:
            return []
        last = self._parts[-1] if self._parts else None
        if not (isinstance(last, ThinkingPart) and last.duration_ms is None):
            self._append(ThinkingPart(text=""))
            self._thinking_since = self._clock()
        self._buffer.pieces.append(text)
        return [*self._show_status(TurnPhase.THINKING), ThinkingDeltaEvent(text=text)]

    def _finish_thinking(self) -> list[TurnEvent]:
        last = self._parts[-1] if self._parts else None
        if not (isinstance(last, ThinkingPart) and last.duration_ms is None):
            return []
        duration_ms = self._thinking_duration_ms()
        self._parts[-1] = ThinkingPart(text=self._buffer.take(), duration_ms=duration_ms)
        self._buffer = _Buffer()
        return [ThinkingFinishedEvent(duration_ms=duration_ms)]

    def _thinking_duration_ms(self) -> int:
        if self._known_durations_ms:
            return self._known_durations_ms.pop(0)
        return max(0, round((self._clock() - self._thinking_since) * 1000))

    def _write(self, text: str) -> list[TurnEvent]:
        """Line breaks before the first word of a text are the template's, not the answer's."""
        events = self._finish_thinking()
        last = self._parts[-1] if self._parts else None
        if not isinstance(last, TextPart):
            text = text.lstrip("\r\n")
            if not text:
                return events
            self._append(TextPart(text=""))
        self._buffer.pieces.append(text)
        return [*events, *self._show_status(TurnPhase.WRITING), TextDeltaEvent(text=text)]

    def _start_call(self, event: ToolCallStarted) -> list[TurnEvent]:
        self._calls[event.index] = _OpenCall(canonical_name(event.name))
        return [*self._finish_thinking(), *self._show_status(TurnPhase.MAKING)]

    def _grow_call(self, event: ToolArgumentDelta) -> list[TurnEvent]:
        call = self._calls.get(event.index)
        if call is None or not event.text:
            return []
        if not opens_draft(call.name, event.key):
            call.arguments[event.key] = call.arguments.get(event.key, "") + event.text
            return []
        events = self._open_draft(call)
        if call.artifact is None or not streams_draft(call.name, event.key):
            return events
        self._buffer.pieces.append(event.text)
        return [*events, ArtifactDelta(artifact=call.artifact, text=event.text)]

    def _open_draft(self, call: _OpenCall) -> list[TurnEvent]:
        """Opens the panel once, if what stands before the last argument makes a valid call."""
        if call.is_complete:
            return []
        call.is_complete = True
        part = open_draft(call.name, call.arguments, self._artifacts)
        if part is None:
            return []
        call.artifact = part.artifact
        return self._open_artifact(part)

    def _open_artifact(self, part: ArtifactPart) -> list[TurnEvent]:
        self._append(part)
        opened = ArtifactStarted(
            artifact=part.artifact,
            artifact_kind=part.artifact_kind,
            title=part.title,
            action=part.action,
            page=part.page,
            size=part.size,
        )
        return [opened]

    def _append(self, part: Part) -> None:
        if self._parts:
            self._parts[-1] = self._with_buffer(self._parts[-1])
        self._buffer = _Buffer()
        self._parts.append(part)

    def _with_buffer(self, part: Part) -> Part:
        text = self._buffer.take()
        if not text:
            return part
        if isinstance(part, ArtifactPart):
            return part.model_copy(update={"content": text})
        if isinstance(part, ThinkingPart | TextPart):
            return part.model_copy(update={"text": text})
        raise ValueError("a part that does not grow has text of its own")

    def _show_status(
        self, phase: TurnPhase, *, position: int | None = None, progress: float | None = None
    ) -> list[TurnEvent]:
        status = TurnStatus(phase=phase, position=position, progress=progress)
        if status == self._status:
            return []
        self._status = status
        return [status]


def _subject(part: ArtifactPart) -> tuple[str, ArtifactKind, ArtifactAction]:
    """What a part is about: a draft of the same is the beginning of it."""
    return part.artifact, part.artifact_kind, part.action
