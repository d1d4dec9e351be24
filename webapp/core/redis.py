"""Clients of the one Redis, for threads and for asyncio; both retry while it restarts."""

from functools import lru_cache

from django.conf import settings
from redis import Redis
from redis import asyncio as aioredis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import ExponentialBackoff
from redis.exceptions import BusyLoadingError, ConnectionError, TimeoutError
from redis.retry import Retry

RETRY_ERRORS = (ConnectionError, TimeoutError, BusyLoadingError)
RETRIES = 15
SOCKET_TIMEOUT_SECONDS = 10.0


def redis_client() -> Redis:
    """The client of this process, shared by its threads; text in, text out.

    A command is repeated for about ten seconds while the server is away.
    """
    return _sync_client(settings.REDIS_URL)


def hasty_redis_client() -> Redis:
    """The same for what is not worth a wait: a command is repeated once, on a new connection."""
    return _sync_client(settings.REDIS_URL, retries=1)


@lru_cache(maxsize=8)
def _sync_client(url: str, retries: int = RETRIES) -> Redis:
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=SOCKET_TIMEOUT_SECONDS,
        retry=Retry(ExponentialBackoff(cap=1.0, base=0.05), retries, RETRY_ERRORS),
    )


def async_redis_client() -> aioredis.Redis:
    """A new asyncio client; it belongs to the running loop and to the caller, who closes it."""
    return aioredis.Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_timeout=SOCKET_TIMEOUT_SECONDS,
        retry=AsyncRetry(ExponentialBackoff(cap=1.0, base=0.05), RETRIES, RETRY_ERRORS),
    )
