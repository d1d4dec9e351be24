"""Collects the events of one feed and joins neighboring deltas of one kind."""

from dataclasses import replace

from engine.protocol import EngineEvent, TextDelta, ThinkingDelta, ToolArgumentDelta


class EventList:
    """Events in order, so that their number does not depend on how tokens were grouped."""

    def __init__(self) -> None:
        self._events: list[EngineEvent] = []

    def append(self, event: EngineEvent) -> None:
        """Adds an event; a delta that goes on from the last event is joined to it."""
        joined = joined_delta(self._events[-1], event) if self._events else None
        if joined is None:
            self._events.append(event)
        else:
            self._events[-1] = joined

    def take(self) -> list[EngineEvent]:
        """Hands out what was collected and starts anew."""
        events, self._events = self._events, []
        return events


def joined_delta(first: EngineEvent, second: EngineEvent) -> EngineEvent | None:
    """One delta that says what two say, or None if they do not belong together."""
    if isinstance(first, ThinkingDelta) and isinstance(second, ThinkingDelta):
        return ThinkingDelta(text=first.text + second.text)
    if isinstance(first, TextDelta) and isinstance(second, TextDelta):
        return TextDelta(text=first.text + second.text)
    if isinstance(first, ToolArgumentDelta) and isinstance(second, ToolArgumentDelta):
        same = (first.index, first.key) == (second.index, second.key)
        return replace(first, text=first.text + second.text) if same else None
    return None
