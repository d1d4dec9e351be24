"""A worker's figures over time: the seconds of the last hour in Redis, the minutes before that in
the database."""

import json
import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import cast

from django.utils import timezone
from redis import Redis

from engine.protocol.names import worker_samples_key
from webapp.workers.minutes import MEASURES, find_means, find_peaks
from webapp.workers.models import WorkerRecord, WorkerSample
from webapp.workers.wire import Sample, WorkerHistory

MINUTE = 60
KEEP = timedelta(days=8)
WEEK = timedelta(days=7)
HOUR_SECONDS = 3600


def read_seconds(redis: Redis, worker_id: str, begin: float, end: float) -> list[dict[str, float]]:
    """The samples that Redis took in from `begin` to `end` (Unix seconds, without the end), the
    oldest first. What is no sample is left out."""
    key = worker_samples_key(worker_id)
    found = redis.xrange(key, min=int(begin * 1000), max=int(end * 1000) - 1)
    rows = cast("list[tuple[str, dict[str, str]]]", found)
    samples = (_read_sample(fields.get("sample", "")) for _, fields in rows)
    return [sample for sample in samples if sample is not None]


def read_hour(redis: Redis, worker_id: str, now: float) -> WorkerHistory:
    """The seconds of the last hour."""
    rows = read_seconds(redis, worker_id, now - HOUR_SECONDS, now + MINUTE)
    return WorkerHistory(samples=tuple(map(Sample.model_validate, rows)))


def read_week(worker_id: str) -> WorkerHistory:
    """The minutes of the last week."""
    since = timezone.now() - WEEK
    rows = WorkerSample.objects.filter(worker_id=worker_id, minute__gt=since).order_by("minute")
    found = list(rows.values_list("minute", "means", "peaks"))
    return WorkerHistory(
        samples=tuple(Sample(t=minute.timestamp(), **means) for minute, means, _ in found),
        peaks=tuple(Sample(t=minute.timestamp(), **peaks) for minute, _, peaks in found),
    )


def store_minutes(redis: Redis, worker_ids: Iterable[str], begin: float, end: float) -> None:
    """Makes rows of the full minutes from `begin` to `end`; what is there already stays. Workers
    without a row of their own are left out. Raises DatabaseError."""
    known = WorkerRecord.objects.filter(pk__in=list(worker_ids)).values_list("pk", flat=True)
    rows = [
        WorkerSample(
            worker_id=id,
            minute=datetime.fromtimestamp(minute, UTC),
            means=find_means(samples),
            peaks=find_peaks(samples),
        )
        for id in known
        for minute in range(_round_up(begin), _round_up(end), MINUTE)
        if minute + MINUTE <= end and (samples := read_seconds(redis, id, minute, minute + MINUTE))
    ]
    WorkerSample.objects.bulk_create(rows, ignore_conflicts=True)


def purge_samples() -> None:
    """Drops what is older than `KEEP`, workers that were not seen since then too."""
    limit = timezone.now() - KEEP
    WorkerSample.objects.filter(minute__lt=limit).delete()
    WorkerRecord.objects.filter(last_seen__lt=limit).delete()


def _round_up(time: float) -> int:
    return math.ceil(time / MINUTE) * MINUTE


def _read_sample(text: str) -> dict[str, float] | None:
    """The numbers of one sample that mean something here."""
    try:
        fields = json.loads(text)
        values = {name: float(fields[name]) for name in ("t", *MEASURES) if name in fields}
    except (ValueError, TypeError, RecursionError):
        return None
    is_sound = "t" in values and all(map(math.isfinite, values.values()))
    return values if is_sound else None
