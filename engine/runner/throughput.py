"""Tokens per second over the last few seconds."""

from collections import deque


class Throughput:
    """Counts tokens in a sliding window. Times are seconds of one monotonic clock."""

    def __init__(self, window_seconds: float = 5.0) -> None:
        self._window_seconds = window_seconds
        self._entries: deque[tuple[float, int]] = deque()
        self._tokens = 0

    def add(self, now: float, tokens: int) -> None:
        """Note that `tokens` were generated."""
        self._entries.append((now, tokens))
        self._tokens += tokens
        self._drop_old(now)

    def rate(self, now: float) -> float:
        """Tokens per second between the oldest entry in the window and now."""
        self._drop_old(now)
        if not self._entries:
            return 0.0
        # The first entry's tokens were made before it was noted, so they carry no time.
        first_time, first_tokens = self._entries[0]
        elapsed = now - first_time
        return (self._tokens - first_tokens) / elapsed if elapsed > 0 else 0.0

    def _drop_old(self, now: float) -> None:
        while self._entries and now - self._entries[0][0] > self._window_seconds:
            self._tokens -= self._entries.popleft()[1]
