"""The reading side of the wire in a few lines: folds turn events into parts, as a page does."""

from collections.abc import Iterable

from webapp.core.events import (
    ArtifactChecked,
    ArtifactDelta,
    ArtifactFailed,
    ArtifactFinished,
    ArtifactPart,
    ArtifactStarted,
    Part,
    TextDeltaEvent,
    TextPart,
    ThinkingDeltaEvent,
    ThinkingFinishedEvent,
    ThinkingPart,
    ToolErrorPart,
    ToolFailed,
    TurnEvent,
    TurnStarted,
)


class Fold:
    """Takes events one by one; `parts` is what a page shows after them."""

    def __init__(self) -> None:
        self.parts: list[Part] = []

    def take(self, event: TurnEvent) -> None:
        """The next event."""
        _apply(self.parts, event)


def reduce_events(events: Iterable[TurnEvent]) -> list[Part]:
    """The parts that a page shows after these events."""
    fold = Fold()
    for event in events:
        fold.take(event)
    return fold.parts


def _apply(parts: list[Part], event: TurnEvent) -> None:
    match event:
        case TurnStarted():
            parts[:] = list(event.parts)
        case ThinkingDeltaEvent() | ThinkingFinishedEvent() | TextDeltaEvent():
            _apply_words(parts, event)
        case ArtifactStarted():
            parts.append(ArtifactPart.model_validate(event.model_dump(exclude={"type"})))
        case ArtifactDelta():
            _grow(parts, _draft(parts, event.artifact), "content", event.text)
        case ArtifactFinished():
            place = _draft(parts, event.artifact)
            done = {"version": event.version, "content": "", "page": event.page}
            parts[place] = parts[place].model_copy(update={**done, "summary": event.summary})
        case ArtifactChecked():
            place = _version(parts, event.artifact, event.version)
            parts[place] = parts[place].model_copy(update={"check": event.check})
        case ArtifactFailed():
            failure = ToolErrorPart(tool=event.tool, message=event.message)
            parts[_draft(parts, event.artifact)] = failure
        case ToolFailed():
            parts.append(ToolErrorPart(tool=event.tool, message=event.message))
        case _:
            pass


def _apply_words(
    parts: list[Part], event: ThinkingDeltaEvent | ThinkingFinishedEvent | TextDeltaEvent
) -> None:
    last = parts[-1] if parts else None
    if isinstance(event, ThinkingFinishedEvent):
        assert isinstance(last, ThinkingPart)
        parts[-1] = last.model_copy(update={"duration_ms": event.duration_ms})
        return
    if isinstance(event, ThinkingDeltaEvent):
        if not (isinstance(last, ThinkingPart) and last.duration_ms is None):
            parts.append(ThinkingPart(text=""))
    elif not isinstance(last, TextPart):
        parts.append(TextPart(text=""))
    _grow(parts, len(parts) - 1, "text", event.text)


def _draft(parts: list[Part], artifact: str) -> int:
    drafts = [
        place
        for place, part in enumerate(parts)
        if isinstance(part, ArtifactPart) and part.artifact == artifact and part.version is None
    ]
    assert drafts, f"no draft of {artifact} is open"
    return drafts[-1]


def _version(parts: list[Part], artifact: str, version: int) -> int:
    places = [
        place
        for place, part in enumerate(parts)
        if isinstance(part, ArtifactPart) and (part.artifact, part.version) == (artifact, version)
    ]
    assert places, f"version {version} of {artifact} is not shown"
    return places[-1]


def _grow(parts: list[Part], place: int, field: str, text: str) -> None:
    parts[place] = parts[place].model_copy(update={field: getattr(parts[place], field) + text})
