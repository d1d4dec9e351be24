"""What all workers share: the queues, the turns, Redis, the database, the disk."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min
from redis import Redis

from engine.protocol.names import TURNS_QUEUE, engine_queue
from webapp.generation.models import OPEN_STATES, Turn, TurnState
from webapp.rendering.names import RENDER_QUEUE

# Celery keeps each priority of a queue in a list of its own (kombu's Redis transport).
_PRIORITY_SUFFIXES = ("", "\x06\x163", "\x06\x166", "\x06\x169")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A snapshot. `queues` are messages that no worker has taken yet; `oldest_queued_at` is None
    where no turn waits; `redis_max_bytes` and `database_bytes` are 0 where nobody knows."""

    queues: Mapping[str, int]
    turns: Mapping[str, int]
    oldest_queued_at: datetime | None
    redis_bytes: int
    redis_max_bytes: int
    database_bytes: int
    disk_free_bytes: int
    disk_total_bytes: int


def read_cluster(redis: Redis, models: Iterable[str]) -> Cluster:
    """Look once. Raises what the database and Redis raise."""
    open_turns = Turn.objects.filter(state__in=OPEN_STATES)
    counts = dict(open_turns.values_list("state").annotate(Count("id")))
    oldest = open_turns.filter(state=TurnState.QUEUED).aggregate(oldest=Min("rung_at"))["oldest"]
    memory: dict[str, Any] = redis.info("memory")
    disk = shutil.disk_usage(settings.ATELIER_HOME)
    return Cluster(
        queues=_measure_queues(redis, [TURNS_QUEUE, RENDER_QUEUE, *map(engine_queue, models)]),
        turns={state.value: counts.get(state.value, 0) for state in OPEN_STATES},
        oldest_queued_at=oldest,
        redis_bytes=int(memory.get("used_memory", 0)),
        redis_max_bytes=int(memory.get("maxmemory", 0)),
        database_bytes=_measure_database(),
        disk_free_bytes=disk.free,
        disk_total_bytes=disk.total,
    )


def _measure_queues(redis: Redis, names: list[str]) -> dict[str, int]:
    pipeline = redis.pipeline(transaction=False)
    for name in names:
        for suffix in _PRIORITY_SUFFIXES:
            pipeline.llen(name + suffix)
    lengths = iter(pipeline.execute())
    return {name: sum(next(lengths) for _ in _PRIORITY_SUFFIXES) for name in names}


def _measure_database() -> int:
    """The bytes of the database, with SQLite's log of changes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    path = Path(str(connection.settings_dict["NAME"]))
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
