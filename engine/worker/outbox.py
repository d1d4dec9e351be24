"""What one attempt has said and Redis does not know yet."""

import threading

from engine.chat.event_list import EventList
from engine.protocol import TERMINAL_EVENTS, EventBatch
from engine.worker.active_requests import ActiveRequest


class Outbox:
    """Collects batches of the engine's thread until the writer's thread takes them as one.

    Neighboring deltas are joined, so while Redis is away an outbox grows by the text and not by
    the number of steps: never beyond one answer, which the context length bounds.
    """

    def __init__(self, active: ActiveRequest) -> None:
        self.active = active
        self.last_seq = 0
        self._lock = threading.Lock()
        self._events = EventList()
        self._token_ids: list[int] = []
        self._has_content = False
        self._has_end = False
        self._closed = False
        self._muted = False

    @property
    def muted(self) -> bool:
        """Whether what is put is not to be told."""
        return self._muted

    def mute(self) -> None:
        """Tells nothing more, unless the end is on its way already."""
        with self._lock:
            if not self._has_end:
                self._muted = True
                self._has_content = False

    def put(self, batch: EventBatch) -> bool:
        """Adds a batch; False if nobody reads this attempt any more."""
        with self._lock:
            if self._closed or self._muted:
                return False
            self._has_end = is_terminal(batch)
            for event in batch.events:
                self._events.append(event)
            self._token_ids.extend(batch.token_ids)
            self._has_content = self._has_content or bool(batch.events or batch.token_ids)
            return True

    def take(self) -> EventBatch | None:
        """All that was collected, as the batch of the next `last_seq`; None if there is nothing."""
        with self._lock:
            if not self._has_content or self._closed:
                return None
            self.last_seq += 1
            batch = EventBatch(events=tuple(self._events.take()), token_ids=tuple(self._token_ids))
            self._token_ids = []
            self._has_content = False
            return batch

    def close(self) -> None:
        """Drops what is there and what will come."""
        with self._lock:
            self._closed = True


def is_terminal(batch: EventBatch) -> bool:
    """Whether the batch ends its generation."""
    return bool(batch.events) and isinstance(batch.events[-1], TERMINAL_EVENTS)
