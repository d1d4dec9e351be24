"""When the queue was last asked for work: that a process lives does not say that it consumes.

Celery's consumer asks Redis for at most a second and is answered with a message or with nothing.
Kombu tells nobody of the second, so its channel is watched. Where a later kombu asks in another
way, no poll is ever seen, and what was never seen is no sign of anything.
"""

import time
from collections.abc import Callable
from queue import Empty

from kombu.transport import redis as transport


class QueuePolls:
    """`answered_at` is in Unix seconds, 0.0 before the first answer."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self.answered_at = 0.0

    def note(self) -> None:
        """The queue answered just now."""
        self.answered_at = self._clock()

    def begin_anew(self) -> None:
        """The queue is asked again after a while in which nobody wanted to: that is no silence."""
        if self.answered_at:
            self.note()


def watch_polls(polls: QueuePolls) -> None:
    """From now on every connection to the queue tells `polls` of each answer."""

    class WatchedChannel(transport.Channel):
        def _brpop_read(self, **options: object) -> object:
            try:
                answer = super()._brpop_read(**options)  # type: ignore[no-untyped-call]
            except Empty:
                polls.note()
                raise
            polls.note()
            return answer

    transport.Transport.Channel = WatchedChannel
