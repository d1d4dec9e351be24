"""Has the threads of a turns worker come up with it, each with its connections.

Otherwise the first crowd pays for them: a thread, a connection of SQLite with all that Django
registers at it, and one of Redis take as long as beginning a turn.
"""

from concurrent.futures import Executor, Future
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import structlog
from django.db import DatabaseError, connection
from redis.exceptions import RedisError

from webapp.core.redis import redis_client

# A thread that cannot reach Redis or the database keeps the others for so long.
PATIENCE_SECONDS = 2.0
log = structlog.get_logger(__name__)


def warm_up(executor: Executor, threads: int) -> list[Future[None]]:
    """Begins it, in as many threads as the pool has; each is done when all are."""
    barrier = Barrier(threads)
    return [executor.submit(_warm, barrier) for _ in range(threads)]


def _warm(barrier: Barrier) -> None:
    try:
        if connection.settings_dict["CONN_MAX_AGE"] is None:
            connection.ensure_connection()
        pool = redis_client().connection_pool
        held = pool.get_connection()
    except (DatabaseError, RedisError) as error:
        log.warning("thread_not_warmed_up", error=type(error).__name__)
        return
    try:
        with suppress(BrokenBarrierError):
            barrier.wait(PATIENCE_SECONDS)
    finally:
        pool.release(held)
