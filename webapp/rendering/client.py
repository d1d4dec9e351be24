"""Asks the render worker for a check. Whatever goes wrong costs the check and nothing else."""

import time
from uuid import uuid4

import structlog
from celery import current_app
from kombu.exceptions import OperationalError
from pydantic import ValidationError
from redis import Redis
from redis.exceptions import RedisError

from webapp.artifacts.checks import CheckReport
from webapp.core.redis import redis_client
from webapp.rendering.names import CHECK_TASK, RENDER_QUEUE, RENDER_WORKER_KEY, reply_key

# The client's own time limit of a command is longer than this.
LISTEN_SECONDS = 1.0
# A check that nobody waits for is not worth doing much later.
STALE_SECONDS = 120.0
log = structlog.get_logger(__name__)


def check_version(version_id: int, *, timeout_seconds: float) -> CheckReport | None:
    """What loading the version shows; None if the service did not answer in time, or is not there.
    Raises nothing."""
    try:
        return _check_version(redis_client(), version_id, timeout_seconds)
    except (RedisError, OperationalError, OSError, ValidationError) as error:
        log.warning("check_failed", version=version_id, reason=type(error).__name__)
        return None


def request_check(version_id: int) -> bool:
    """Have the version checked soon; the report is then stored with it. False if nobody could be
    asked. Raises nothing."""
    try:
        if not redis_client().exists(RENDER_WORKER_KEY):
            return False
        _send(version_id, None, STALE_SECONDS)
    except (RedisError, OperationalError, OSError) as error:
        log.warning("check_not_requested", version=version_id, reason=type(error).__name__)
        return False
    return True


def _check_version(redis: Redis, version_id: int, timeout_seconds: float) -> CheckReport | None:
    deadline = time.monotonic() + timeout_seconds
    reply = reply_key(uuid4().hex)
    if not redis.exists(RENDER_WORKER_KEY):
        return None
    _send(version_id, reply, timeout_seconds)
    while (left := deadline - time.monotonic()) > 0:
        answer = redis.blpop([reply], timeout=max(0.05, min(left, LISTEN_SECONDS)))
        if answer is not None:
            return CheckReport.model_validate_json(answer[1])
        if not redis.exists(RENDER_WORKER_KEY):
            return None
    return None


def _send(version_id: int, reply: str | None, expires_seconds: float) -> None:
    current_app.send_task(
        CHECK_TASK,
        args=[version_id, reply],
        queue=RENDER_QUEUE,
        ignore_result=True,
        retry=False,
        expires=expires_seconds,
    )
