"""The worker's connection to Redis, and which of its errors pass by themselves."""

from redis import Redis
from redis.exceptions import (
    BusyLoadingError,
    ConnectionError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
    TimeoutError,
)

SOCKET_TIMEOUT_SECONDS = 5.0
# A full, a starting and an absent Redis all come back; what they refused is sent again.
PASSING_ERRORS = (
    BusyLoadingError,
    ConnectionError,
    OutOfMemoryError,
    ReadOnlyError,
    TimeoutError,
)


def connect(redis_url: str) -> Redis:
    """A client that threads may share. It does not retry by itself: each caller knows how."""
    return Redis.from_url(
        redis_url,
        decode_responses=True,
        socket_timeout=SOCKET_TIMEOUT_SECONDS,
        socket_connect_timeout=SOCKET_TIMEOUT_SECONDS,
        retry=None,
    )


def passes_by_itself(answer: object) -> bool:
    """Whether an answer is an error after which the same command may be sent again.

    A Redis that cannot write its files, as on a full disk, answers MISCONF until there is room.
    """
    if isinstance(answer, ResponseError) and str(answer).startswith("MISCONF"):
        return True
    return isinstance(answer, PASSING_ERRORS)
