"""The frame of this second: all workers and what they share, as the page hears it."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from redis import Redis

from engine.protocol.names import engine_queue, queue_paused_key
from webapp.generation.models import Turn
from webapp.workers.cluster import Cluster, read_cluster
from webapp.workers.running_requests import RequestsNow, read_requests
from webapp.workers.selectors import SeenWorker, list_workers
from webapp.workers.states import ViewState
from webapp.workers.wire import (
    ClusterView,
    QueueView,
    RunningRequest,
    TurnCounts,
    WorkersFrame,
    WorkerView,
)

RETRIES_COUNTED = timedelta(hours=1)


def read_frame(redis: Redis) -> WorkersFrame:
    """Look once. Raises what Redis and the database raise."""
    now = time.time()
    workers = list_workers(redis, now)
    requests = read_requests(redis)
    models = sorted({settings.ATELIER_MODEL_NAME, *(one.status.model for one in workers)})
    return WorkersFrame(
        at=now,
        workers=tuple(
            view_worker(worker, requests.held.get(worker.status.worker_id, ()), now)
            for worker in workers
        ),
        cluster=_view_cluster(redis, models, requests, now),
    )


def view_worker(worker: SeenWorker, requests: Sequence[RunningRequest], now: float) -> WorkerView:
    """One worker as the page hears it."""
    status, view = worker.status, worker.view
    until = status.updated_at if view.state is ViewState.GONE else now
    return WorkerView(
        view_state=view.state,
        view_reason=view.reason,
        uptime_seconds=max(0.0, until - status.started_at),
        requests=tuple(requests),
        **asdict(status),
    )


def _view_cluster(
    redis: Redis, models: Sequence[str], requests: RequestsNow, now: float
) -> ClusterView:
    cluster = read_cluster(redis, models)
    retried = Turn.objects.filter(attempt__gt=1, created_at__gt=timezone.now() - RETRIES_COUNTED)
    return ClusterView(
        queues=_view_queues(redis, models, cluster, requests, now),
        redis_memory_bytes=cluster.redis_bytes,
        redis_max_bytes=cluster.redis_max_bytes,
        database_bytes=cluster.database_bytes,
        disk_free_bytes=cluster.disk_free_bytes,
        disk_total_bytes=cluster.disk_total_bytes,
        turns=TurnCounts(queued=cluster.turns["queued"], running=cluster.turns["running"]),
        retried_turns_hour=retried.count(),
    )


def _view_queues(
    redis: Redis, models: Sequence[str], cluster: Cluster, requests: RequestsNow, now: float
) -> tuple[QueueView, ...]:
    """One row a model, and more where messages wait at other priorities."""
    paused = redis.mget(map(queue_paused_key, models))
    rows = []
    for model, pause in zip(models, paused, strict=True):
        since = requests.waiting_since.get(model)
        for row in cluster.lists:
            if row.queue == engine_queue(model) and (row.is_first or row.depth):
                rows.append(
                    QueueView(
                        model=model,
                        priority=row.priority,
                        depth=row.depth,
                        oldest_seconds=None if since is None else max(0.0, now - since),
                        paused=pause is not None,
                    )
                )
    return tuple(rows)
