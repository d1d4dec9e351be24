"""What a turns worker does for the administrators: writes down who works, how fast, and how their
commands ended. Several may do it at once; each step is harmless when it is done twice."""

import time

from django.contrib.sessions.models import Session
from django.utils import timezone
from redis import Redis

from webapp.catalog.selectors import list_worker_statuses
from webapp.core.redis import redis_client
from webapp.workers.commands import settle_commands
from webapp.workers.progress import note_progress
from webapp.workers.registry import WorkerRegistry
from webapp.workers.samples import HOUR_SECONDS, MINUTE, purge_samples, store_minutes

PURGE_SECONDS = 3600.0
# The last samples of a minute may come late.
LATE_SECONDS = 5.0


class WorkerCollector:
    """One look after the other, from one thread."""

    def __init__(self, redis: Redis | None = None) -> None:
        self._redis = redis or redis_client()
        self._registry = WorkerRegistry()
        self._stored_until: float | None = None
        self._purged_at = 0.0

    def look(self) -> None:
        """Look once. Raises RedisError and DatabaseError."""
        now = time.time()
        statuses = list_worker_statuses(self._redis)
        note_progress(self._redis, statuses, now)
        self._registry.note(statuses, now)
        self._store_minutes([status.worker_id for status in statuses], now - LATE_SECONDS)
        settle_commands(self._redis)
        if now - self._purged_at > PURGE_SECONDS:
            self._purged_at = now
            purge_samples()
            Session.objects.filter(expire_date__lt=timezone.now()).delete()

    def _store_minutes(self, worker_ids: list[str], now: float) -> None:
        """The minutes since the last time; at first those of the last hour, which nobody may have
        looked at."""
        end = now // MINUTE * MINUTE
        begin = end - HOUR_SECONDS if self._stored_until is None else self._stored_until
        if begin < end:
            store_minutes(self._redis, worker_ids, begin, end)
            self._stored_until = end
