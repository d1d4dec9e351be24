"""How often a password may be tried: counted for each account and address together."""

import hashlib

from redis import Redis

ATTEMPTS = 5
WINDOW_SECONDS = 15 * 60


class SignInLimit:
    """Counts in Redis, so that all processes of the web side count together."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def take_attempt(self, email: str, address: str) -> int:
        """Count one attempt, before the password is looked at, so that many at once count too.

        Returns 0, or the seconds to wait where there were too many. Raises RedisError.
        """
        key = _key(email, address)
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.set(key, 0, ex=WINDOW_SECONDS, nx=True)
        pipeline.incr(key)
        pipeline.ttl(key)
        _, attempts, seconds = pipeline.execute()
        return 0 if attempts <= ATTEMPTS else max(1, int(seconds))

    def forget(self, email: str, address: str) -> None:
        """The password was right. Raises RedisError."""
        self._redis.delete(_key(email, address))


def _key(email: str, address: str) -> str:
    account = hashlib.sha256(email.encode("utf-8", "replace")).hexdigest()[:32]
    return f"sign-in:{account}:{address}"
