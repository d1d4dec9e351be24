"""What a turns worker writes down of the workers: seldom, by the minute, and not for ever."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from redis import Redis

from engine.protocol import WorkerState
from engine.protocol.names import worker_exit_key, worker_key, worker_samples_key
from tests.webapp.workers.reports import make_status, report
from webapp.workers.collector import WorkerCollector
from webapp.workers.frames import read_frame
from webapp.workers.minutes import find_means, find_peaks
from webapp.workers.models import WorkerRecord, WorkerSample
from webapp.workers.progress import note_progress
from webapp.workers.registry import WorkerRegistry
from webapp.workers.samples import read_week, store_minutes
from webapp.workers.selectors import list_workers
from webapp.workers.states import ViewState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis")]
BEGUN = 1_700_000_040.0  # a full minute


def add_sample(redis: Redis, at: float, **figures: Any) -> None:
    sample = json.dumps({"t": at, **figures})
    redis.xadd(worker_samples_key("w1"), {"sample": sample}, id=f"{int(at * 1000)}-0")


def test_a_worker_is_written_when_it_is_new_changed_silent_or_a_minute_old() -> None:
    registry = WorkerRegistry()

    def note(at: float, said_at: float | None = None, **changes: Any) -> dict[str, Any]:
        status = make_status(updated_at=at if said_at is None else said_at, **changes)
        registry.note([status], at)
        found: dict[str, Any] = WorkerRecord.objects.get().last_status
        return found

    assert note(1000.0, steps=1)["steps"] == 1
    assert note(1002.0, steps=2)["steps"] == 1
    assert note(1004.0, steps=3, state=WorkerState.DRAINING)["steps"] == 3
    assert note(1006.0, steps=4, pinned=True, state=WorkerState.DRAINING)["steps"] == 4
    assert note(1066.0, steps=5, pinned=True, state=WorkerState.DRAINING)["steps"] == 5
    assert note(1074.0, 1069.0, steps=6, pinned=True, state=WorkerState.DRAINING)["steps"] == 6
    registry.note([make_status(updated_at=1076.0, steps=7, pinned=True)], 1076.0)
    registry.note([], 1086.0)
    record = WorkerRecord.objects.get()
    assert record.last_status["steps"] == 7
    assert record.last_seen == datetime.fromtimestamp(1076.0, UTC)


def test_a_worker_that_fell_silent_stays_in_sight_with_its_reason_for_a_day(redis: Redis) -> None:
    status = report(redis)
    WorkerCollector(redis).look()
    redis.delete(worker_key("w1"))
    (seen,) = list_workers(redis, status.updated_at + 20)
    assert (seen.view.state, seen.view.reason) == (
        ViewState.GONE,
        "It has said nothing for 20 s.",
    )
    redis.set(worker_exit_key("w1"), "Its process was ended by SIGKILL.")
    # A collector that begins anew takes no reason away.
    WorkerCollector(redis).look()
    (view,) = read_frame(redis).workers
    assert (view.view_state, view.view_reason) == (
        ViewState.GONE,
        "Its process was ended by SIGKILL.",
    )
    WorkerRecord.objects.update(last_seen=timezone.now() - timedelta(hours=25))
    assert list_workers(redis, time.time()) == []


def test_a_reason_outlasts_a_new_collector_while_the_last_word_still_stands(redis: Redis) -> None:
    report(redis, updated_at=time.time() - 3)
    redis.set(worker_exit_key("w1"), "Its process was ended by SIGKILL.")
    WorkerCollector(redis).look()
    (seen,) = list_workers(redis, time.time())
    assert (seen.view.state, seen.view.reason) == (
        ViewState.GONE,
        "Its process was ended by SIGKILL.",
    )


def test_a_record_of_another_version_is_left_out(redis: Redis) -> None:
    WorkerRecord.objects.create(
        id="old", model="m", last_seen=timezone.now(), last_status={"said": "something else"}
    )
    assert list_workers(redis, time.time()) == []


def test_steps_that_stand_still_are_noticed_by_whoever_looks(redis: Redis) -> None:
    status = report(redis, running=1, steps=5)
    for at in (100.0, 105.0):
        note_progress(redis, [status], at)
    (seen,) = list_workers(redis, status.updated_at)
    assert seen.view.state is ViewState.STUCK
    report(redis, running=1, steps=6)
    (seen,) = list_workers(redis, time.time())
    assert seen.view.state is ViewState.READY


def test_full_minutes_become_rows_once(redis: Redis) -> None:
    report(redis)
    WorkerCollector(redis).look()
    WorkerSample.objects.all().delete()
    for second in range(0, 130, 10):
        add_sample(redis, BEGUN + second, running=second, kv=0.5)
    for _ in range(2):
        store_minutes(redis, ["w1", "unknown"], BEGUN - 30, BEGUN + 130)
    rows = list(WorkerSample.objects.order_by("minute").values_list("minute", "means", "peaks"))
    assert rows == [
        (
            datetime.fromtimestamp(BEGUN + 60 * number, UTC),
            {"running": 25.0 + 60 * number, "kv": 0.5},
            {"running": 50.0 + 60 * number, "kv": 0.5},
        )
        for number in (0, 1)
    ]


def test_a_collector_catches_up_with_the_last_hour(redis: Redis) -> None:
    now = time.time()
    for minutes in (70, 50, 3):
        add_sample(redis, now // 60 * 60 - 60 * minutes + 5, out=float(minutes))
    report(redis)
    collector = WorkerCollector(redis)
    collector.look()
    collector.look()
    told = [
        row["out"]
        for row in WorkerSample.objects.order_by("minute").values_list("means", flat=True)
    ]
    assert told == [50.0, 3.0]
    assert [sample.written for sample in read_week("w1").samples] == [50.0, 3.0]
    assert [sample.written for sample in read_week("w1").peaks] == [50.0, 3.0]


def test_old_rows_and_ended_sessions_go(redis: Redis) -> None:
    now = timezone.now()
    old, new = now - timedelta(days=8, minutes=1), now - timedelta(days=7)
    for id, seen in (("old", old), ("new", now)):
        record = WorkerRecord.objects.create(id=id, model="m", last_seen=seen, last_status={})
        for minute in (old, new):
            WorkerSample.objects.create(worker=record, minute=minute, means={}, peaks={})
    Session.objects.create(session_key="over", session_data="", expire_date=old)
    Session.objects.create(session_key="valid", session_data="", expire_date=now + timedelta(1))
    WorkerCollector(redis).look()
    assert list(WorkerSample.objects.values_list("worker_id", "minute")) == [("new", new)]
    assert list(WorkerRecord.objects.values_list("pk", flat=True)) == ["new"]
    assert list(Session.objects.values_list("pk", flat=True)) == ["valid"]


def test_a_minute_is_the_mean_and_the_highest_of_what_was_told() -> None:
    samples = [{"t": 1.0, "in": 1.0}, {"t": 2.0, "in": 4.0, "util": 0.5}]
    assert find_means(samples) == {"in": 2.5, "util": 0.5}
    assert find_peaks(samples) == {"in": 4.0, "util": 0.5}
    assert find_means([]) == {}
