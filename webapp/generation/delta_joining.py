"""Neighboring pieces of one text as one piece. Pure."""

from collections.abc import Hashable, Iterable
from itertools import groupby

from webapp.core.events import ArtifactDelta, TextDeltaEvent, ThinkingDeltaEvent, TurnEvent


def join_deltas(events: Iterable[TurnEvent]) -> list[TurnEvent]:
    """The same events, with those that append to the same part one after the other joined."""
    joined: list[TurnEvent] = []
    for subject, group in groupby(events, _subject):
        several = list(group)
        if subject is None or len(several) == 1:
            joined += several
        else:
            text = "".join(getattr(event, "text", "") for event in several)
            joined.append(several[0].model_copy(update={"text": text}))
    return joined


def _subject(event: TurnEvent) -> Hashable:
    match event:
        case TextDeltaEvent() | ThinkingDeltaEvent():
            return event.type
        case ArtifactDelta():
            return (event.type, event.artifact)
        case _:
            return None
