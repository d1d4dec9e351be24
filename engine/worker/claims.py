"""Who works on an attempt: at most one living worker, and only until it has written.

A message may come twice, and a worker may die between taking a message and its first entry. So a
claim lives as long as its worker's heartbeat, and a claimed attempt counts as used up once the
stream holds an entry of it.
"""

from typing import Any

from redis import Redis

from engine.protocol.names import STREAM_TTL_SECONDS, engine_alive_key, engine_stream
from engine.worker.active_requests import ActiveRequest

CLAIM_TTL_SECONDS = 6


def claim(redis: Redis, request_id: str, attempt: int, worker_id: str) -> bool:
    """Takes an attempt; False if it is another's, was used up, or a newer one has begun."""
    key = _claim_key(request_id, attempt)
    if not redis.set(key, worker_id, nx=True, ex=CLAIM_TTL_SECONDS):
        return False
    newest: Any = redis.xrevrange(engine_stream(request_id), count=1)
    if newest and int(newest[0][0].partition("-")[0]) >= attempt:
        redis.delete(key)
        return False
    redis.set(engine_alive_key(request_id), worker_id, ex=CLAIM_TTL_SECONDS)
    return True


def renew(pipeline: Any, active: ActiveRequest, worker_id: str) -> None:
    """Adds the commands that keep a held attempt claimed, alive and readable."""
    request_id = active.request_id
    for key in (_claim_key(request_id, active.attempt), engine_alive_key(request_id)):
        pipeline.set(key, worker_id, ex=CLAIM_TTL_SECONDS)
    pipeline.expire(engine_stream(request_id), STREAM_TTL_SECONDS)


def _claim_key(request_id: str, attempt: int) -> str:
    return f"{engine_stream(request_id)}:claim:{attempt}"
