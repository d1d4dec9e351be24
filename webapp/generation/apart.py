"""Requests that are suspected of ending their engines get their last chance one at a time."""

from collections.abc import Callable

from redis import Redis

HOLD_SECONDS = 15
RENEW_SECONDS = 3.0


class Apart:
    """A place for one suspect of a model. It is held by looking again, and falls free by itself
    when who held it is gone."""

    def __init__(self, redis: Redis, model: str, clock: Callable[[], float]) -> None:
        self._redis = redis
        self._key = f"engine-suspect:{model}"
        self._clock = clock
        self._holder: str | None = None
        self._renewed_at = float("-inf")

    def enter(self, request_id: str) -> bool:
        """Whether the place is this request's, as it was before or since nobody has it now."""
        now = self._clock()
        if self._holder == request_id and now - self._renewed_at < RENEW_SECONDS:
            return True
        is_free = self._redis.set(self._key, request_id, nx=True, ex=HOLD_SECONDS)
        if not is_free and self._redis.get(self._key) != request_id:
            self._holder = None
            return False
        self._redis.expire(self._key, HOLD_SECONDS)
        self._holder, self._renewed_at = request_id, now
        return True

    def leave(self) -> None:
        """Let the next one in."""
        if self._holder is not None and self._redis.get(self._key) == self._holder:
            self._redis.delete(self._key)
        self._holder = None
