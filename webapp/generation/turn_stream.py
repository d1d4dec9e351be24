"""The writer of one attempt of a turn: events with the ids `<attempt>-1`, `<attempt>-2`, …"""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from redis import Redis

from engine.protocol.names import turn_stream
from webapp.core.events import TURN_EVENT, TurnEvent, TurnStarted
from webapp.core.streams import StreamGone, StreamId, append_all

FIELD = "event"


def encode_entry(event: TurnEvent) -> Mapping[str, str]:
    """The fields of the entry that carries `event`."""
    return {FIELD: TURN_EVENT.dump_json(event).decode()}


class TurnStream:
    """Writes events and counts them. Raises Fenced when a newer attempt has written."""

    def __init__(
        self, redis: Redis, turn_id: UUID, attempt: int, snapshot: Callable[[], TurnStarted]
    ) -> None:
        self._redis = redis
        self._name = turn_stream(str(turn_id))
        self._attempt = attempt
        self._snapshot = snapshot
        self._seq = 0

    def next_id(self) -> StreamId:
        """The id that the next event will get."""
        return StreamId(self._attempt, self._seq + 1)

    def write(self, events: Sequence[TurnEvent]) -> None:
        """Appends the events. If Redis has lost the stream, a snapshot under the last of their
        ids takes their place, so that a reader has everything again."""
        entries = [
            (StreamId(self._attempt, self._seq + place), encode_entry(event))
            for place, event in enumerate(events, start=1)
        ]
        is_first = self._seq == 0
        self._seq += len(entries)
        try:
            append_all(self._redis, self._name, entries, begin=is_first)
        except StreamGone:
            last = StreamId(self._attempt, self._seq)
            append_all(
                self._redis, self._name, [(last, encode_entry(self._snapshot()))], begin=True
            )

    def close(self, event: TurnEvent) -> None:
        """Appends the terminal event. Raises StreamGone if Redis has lost the stream."""
        entry = (self.next_id(), encode_entry(event))
        append_all(self._redis, self._name, [entry])
        self._seq += 1
