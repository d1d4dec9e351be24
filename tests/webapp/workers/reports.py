"""What a worker says of itself, put where the product reads it."""

import time
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter
from redis import Redis

from engine.protocol import WorkerStatus
from engine.protocol.names import worker_key
from tests.webapp.pages.test_health import STATUS

_STATUS = TypeAdapter(WorkerStatus)


def make_status(**changes: Any) -> WorkerStatus:
    """A ready worker that speaks now."""
    return replace(STATUS, **{"updated_at": time.time(), **changes})


def report(redis: Redis, **changes: Any) -> WorkerStatus:
    """The same, said in Redis."""
    status = make_status(**changes)
    redis.set(worker_key(status.worker_id), _STATUS.dump_json(status), ex=10)
    return status
