"""Reading workers: those that live from Redis, those that are gone from the database."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.conf import settings
from django.utils import timezone
from pydantic import TypeAdapter, ValidationError
from redis import Redis

from engine.protocol import WorkerState, WorkerStatus
from engine.protocol.names import worker_exit_key
from webapp.catalog.selectors import list_worker_statuses
from webapp.core.errors import NotFound
from webapp.workers.models import WorkerRecord
from webapp.workers.progress import Progress, read_progress
from webapp.workers.states import ViewedState, ViewState, view_gone, view_state

# Who came to work in the morning wants to see what died in the night.
GONE_SHOWN = timedelta(hours=24)
_STATUS = TypeAdapter(WorkerStatus)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SeenWorker:
    """A worker's last status, and what it looks like now."""

    status: WorkerStatus
    view: ViewedState


def list_workers(redis: Redis, now: float) -> list[SeenWorker]:
    """Every worker that lives, and those that were there within a day, by id."""
    live = {status.worker_id: status for status in list_worker_statuses(redis)}
    gone = _list_gone(set(live))
    progress = read_progress(redis, live)
    exits = _read_exits(redis, [*live, *gone])
    seen = [_view_live(status, now, progress, exits) for status in live.values()]
    seen += [_view_recorded(status, now, exits) for status in gone.values()]
    return sorted(seen, key=lambda worker: worker.status.worker_id)


def get_worker(redis: Redis, worker_id: str) -> SeenWorker:
    """One of them. Raises NotFound for an id that no worker has."""
    for worker in list_workers(redis, time.time()):
        if worker.status.worker_id == worker_id:
            return worker
    raise NotFound("There is no such worker.")


def list_known_models(redis: Redis) -> list[str]:
    """The models of this installation: the default one, and those of workers."""
    workers = list_workers(redis, time.time())
    return sorted({settings.ATELIER_MODEL_NAME, *(worker.status.model for worker in workers)})


def _list_gone(live: set[str]) -> dict[str, WorkerStatus]:
    rows = WorkerRecord.objects.filter(last_seen__gt=timezone.now() - GONE_SHOWN)
    gone = {}
    for row in rows.exclude(pk__in=live):
        try:
            gone[row.pk] = _STATUS.validate_python(row.last_status)
        except ValidationError:
            log.warning("worker_record_unreadable", worker=row.pk)
    return gone


def _read_exits(redis: Redis, ids: list[str]) -> Mapping[str, str]:
    texts = redis.mget(map(worker_exit_key, ids)) if ids else []
    return {id: str(text) for id, text in zip(ids, texts, strict=True) if text}


def _view_live(
    status: WorkerStatus, now: float, progress: Mapping[str, Progress], exits: Mapping[str, str]
) -> SeenWorker:
    known = progress.get(status.worker_id)
    moved_at = known.moved_at if known is not None and known.steps == status.steps else None
    reason = exits.get(status.worker_id, "")
    return SeenWorker(status, view_state(status, now, moved_at=moved_at, exit_reason=reason))


def _view_recorded(status: WorkerStatus, now: float, exits: Mapping[str, str]) -> SeenWorker:
    if status.state is WorkerState.FAILED:
        return SeenWorker(status, ViewedState(ViewState.FAILED, status.reason))
    reason = exits.get(status.worker_id, "")
    return SeenWorker(status, view_gone(now - status.updated_at, reason))
