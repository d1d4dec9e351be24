"""When a worker has stopped to take messages from its queue, though it lives: pure.

After its broker was away, a Celery consumer may be connected again and take nothing. Messages that
wait while a worker with a free place takes none are the sign; to consume anew is the cure.
"""

DEAF_AFTER_SECONDS = 5.0


class Hearing:
    """Watches one worker and one queue. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._taken = 0
        self._waits_since: float | None = None

    def is_deaf(self, now: float, *, waiting: int, taken: int, has_place: bool) -> bool:
        """Whether it should consume anew. `waiting` messages are in the queue, `taken` is how many
        it took in its life, `has_place` whether it would take one. True once in each span."""
        if not waiting or not has_place or taken != self._taken or self._waits_since is None:
            self._taken = taken
            self._waits_since = now if waiting and has_place else None
            return False
        if now - self._waits_since < DEAF_AFTER_SECONDS:
            return False
        self._waits_since = now
        return True
