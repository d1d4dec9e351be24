"""What may end a turn from outside: an explicit stop, a lost lease, a worker that shuts down."""

from collections.abc import Callable
from threading import Event
from uuid import UUID

from redis import Redis

from engine.protocol.names import turn_stop_key
from webapp.generation.leases import LeaseKeeper, LeaseLost, TurnReleased
from webapp.generation.timing import Timing


class TurnWatch:
    """Looked at between any two waits."""

    def __init__(
        self,
        *,
        redis: Redis,
        turn_id: UUID,
        lease: LeaseKeeper,
        draining: Event,
        timing: Timing,
        clock: Callable[[], float],
    ) -> None:
        self._redis = redis
        self._key = turn_stop_key(str(turn_id))
        self._lease = lease
        self._draining = draining
        self._timing = timing
        self._clock = clock
        self._looked_at = float("-inf")
        self._stopped = False

    def check(self) -> None:
        """Raises LeaseLost or TurnReleased if this worker must leave the turn."""
        if self._lease.lost:
            raise LeaseLost
        if self._draining.is_set():
            raise TurnReleased

    def is_stopped(self, *, look_now: bool = False) -> bool:
        """True once the owner asked for a stop; looks every `stop_check` seconds unless told."""
        is_due = look_now or self._clock() - self._looked_at >= self._timing.stop_check
        if not self._stopped and is_due:
            self._looked_at = self._clock()
            self._stopped = bool(self._redis.exists(self._key))
        return self._stopped
