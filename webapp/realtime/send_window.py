"""How much may travel to one reader before it says what has arrived. Pure; knows no socket.

The server underneath buffers without limit for a client that does not read, so the limit is ours.
"""

from collections import deque

from webapp.core.streams import StreamId

WINDOW_BYTES = 256 * 1024


class SendWindow:
    """Counts unacknowledged bytes. One event may exceed the window, but only alone."""

    def __init__(self, limit_bytes: int = WINDOW_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._unacknowledged: deque[tuple[StreamId, int]] = deque()
        self._bytes = 0
        self.full_since: float | None = None

    @property
    def unacknowledged_bytes(self) -> int:
        """What has been sent and not yet been acknowledged."""
        return self._bytes

    @property
    def is_open(self) -> bool:
        """False from the first refused event until something is acknowledged."""
        return self.full_since is None

    def try_send(self, id: StreamId, size_bytes: int, now: float) -> bool:
        """Count the event as sent, or refuse it and close the window."""
        if self._bytes and self._bytes + size_bytes > self._limit_bytes:
            self.full_since = now if self.full_since is None else self.full_since
            return False
        self._unacknowledged.append((id, size_bytes))
        self._bytes += size_bytes
        return True

    def acknowledge(self, id: StreamId) -> bool:
        """Everything up to `id` has arrived. True if this opened the window."""
        freed = False
        while self._unacknowledged and self._unacknowledged[0][0] <= id:
            self._bytes -= self._unacknowledged.popleft()[1]
            freed = True
        opened = freed and self.full_since is not None
        if freed:
            self.full_since = None
        return opened
