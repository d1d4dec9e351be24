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

from engine.protocol.names import TURNS_QUEUE, engine_queue, queue_lists
from webapp.generation.models import OPEN_STATES, Turn, TurnState
from webapp.rendering.names import RENDER_QUEUE

# The names of the priorities, in the order of a queue's lists.
_PRIORITIES = ("highest", "high", "low", "lowest")


@dataclass(frozen=True, slots=True)
class QueueList:
    """The messages of one queue at one priority that no worker has taken yet."""

    queue: str
    priority: str
    depth: int

    @property
    def is_first(self) -> bool:
        """Whether messages come here unless somebody says otherwise."""
        return self.priority == _PRIORITIES[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A snapshot. `oldest_queued_at` is None where no turn waits; `redis_max_bytes` and
    `database_bytes` are 0 where nobody knows."""

    lists: tuple[QueueList, ...]
    turns: Mapping[str, int]
    oldest_queued_at: datetime | None
    redis_bytes: int
    redis_max_bytes: int
    database_bytes: int
    disk_free_bytes: int
    disk_total_bytes: int

    @property
    def queues(self) -> Mapping[str, int]:
        """How many messages no worker has taken yet, by queue."""
        names = dict.fromkeys(row.queue for row in self.lists)
        return {name: sum(row.depth for row in self.lists if row.queue == name) for name in names}


def read_cluster(redis: Redis, models: Iterable[str]) -> Cluster:
    """Look once. Raises what the database and Redis raise."""
    open_turns = Turn.objects.filter(state__in=OPEN_STATES)
    counts = dict(open_turns.values_list("state").annotate(Count("id")))
    oldest = open_turns.filter(state=TurnState.QUEUED).aggregate(oldest=Min("rung_at"))["oldest"]
    memory: dict[str, Any] = redis.info("memory")
    disk = shutil.disk_usage(settings.ATELIER_HOME)
    return Cluster(
        lists=_measure_queues(redis, [TURNS_QUEUE, RENDER_QUEUE, *map(engine_queue, models)]),
        turns={state.value: counts.get(state.value, 0) for state in OPEN_STATES},
        oldest_queued_at=oldest,
        redis_bytes=int(memory.get("used_memory", 0)),
        redis_max_bytes=int(memory.get("maxmemory", 0)),
        database_bytes=_measure_database(),
        disk_free_bytes=disk.free,
        disk_total_bytes=disk.total,
    )


def _measure_queues(redis: Redis, names: list[str]) -> tuple[QueueList, ...]:
    places = [(name, priority) for name in names for priority in _PRIORITIES]
    pipeline = redis.pipeline(transaction=False)
    for name in names:
        for key in queue_lists(name):
            pipeline.llen(key)
    depths = pipeline.execute()
    return tuple(
        QueueList(name, priority, depth)
        for (name, priority), depth in zip(places, depths, strict=True)
    )


def _measure_database() -> int:
    """The bytes of the database, with SQLite's log of changes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    path = Path(str(connection.settings_dict["NAME"]))
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
