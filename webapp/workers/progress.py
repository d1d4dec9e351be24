"""When each worker's count of steps last grew: noted in Redis by the collector, read by all."""

import json
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict, ValidationError
from redis import Redis

from engine.protocol import WorkerStatus

KEEP_SECONDS = 60


class Progress(BaseModel):
    """How many steps there were at the last growth, and when that was (Unix seconds). A worker
    that has nothing to do is not expected to step, so it counts as moving."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    steps: int
    moved_at: float


def note_progress(redis: Redis, statuses: Sequence[WorkerStatus], now: float) -> None:
    """Notes who moved. Several collectors may do so at once: they see the same."""
    known = read_progress(redis, [status.worker_id for status in statuses])
    pipeline = redis.pipeline(transaction=False)
    for status in statuses:
        before = known.get(status.worker_id)
        stands = before is not None and before.steps == status.steps and status.running > 0
        moved_at = before.moved_at if before is not None and stands else now
        text = json.dumps({"steps": status.steps, "moved_at": moved_at})
        pipeline.set(_key(status.worker_id), text, ex=KEEP_SECONDS)
    pipeline.execute()


def read_progress(redis: Redis, worker_ids: Iterable[str]) -> Mapping[str, Progress]:
    """What is known, by worker."""
    ids = list(worker_ids)
    found = {}
    for id, text in zip(ids, redis.mget(map(_key, ids)) if ids else [], strict=True):
        try:
            found[id] = Progress.model_validate_json(text or "")
        except ValidationError:
            continue
    return found


def _key(worker_id: str) -> str:
    return f"worker-progress:{worker_id}"
