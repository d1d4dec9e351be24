import json
import subprocess
from pathlib import Path
from typing import Any, cast

import pytest
from redis import Redis
from redis.exceptions import ConnectionError, ResponseError

from engine.protocol.names import TURNS_WORKER_KEY, worker_key
from webapp.serving.child_process import ChildProcess, ChildSpec
from webapp.serving.heartbeats import (
    DEAF_SECONDS,
    SILENT_SECONDS,
    STUCK_SECONDS,
    Beat,
    HeartbeatReader,
    HeartbeatWatch,
    Hung,
)


def test_a_child_that_was_heard_and_then_is_silent_hangs_and_is_named_once() -> None:
    watch = HeartbeatWatch()
    assert watch.note({"turns": Beat()}, 0.0) == []
    assert watch.note({}, SILENT_SECONDS) == []
    assert watch.note({}, SILENT_SECONDS + 1) == [
        Hung("turns", "It lived, but its heartbeat had stopped.")
    ]
    assert watch.note({}, SILENT_SECONDS + 100) == []


def test_a_child_that_was_never_heard_is_still_starting() -> None:
    watch = HeartbeatWatch()
    assert watch.note({}, 0.0) == []
    assert watch.note({}, 1000.0) == []


def test_a_busy_engine_that_makes_no_step_hangs() -> None:
    watch = HeartbeatWatch()
    stuck = Beat(steps=7, is_busy=True)
    for second in range(int(STUCK_SECONDS) + 1):
        assert watch.note({"engine": stuck}, float(second)) == []
    (hung,) = watch.note({"engine": stuck}, STUCK_SECONDS + 1)
    assert hung == Hung("engine", "It had requests running and made no step for 120 s.")


def test_an_idle_engine_and_one_that_makes_steps_do_not_hang() -> None:
    watch = HeartbeatWatch()
    for second in range(int(STUCK_SECONDS) * 2):
        beat = Beat(steps=second // 50, is_busy=second < STUCK_SECONDS)
        assert watch.note({"engine": beat}, float(second)) == []


def test_a_redis_that_is_away_is_no_sign_of_anything() -> None:
    watch = HeartbeatWatch()
    watch.note({"turns": Beat()}, 0.0)
    watch.hold(SILENT_SECONDS * 10)
    assert watch.note({}, SILENT_SECONDS * 10 + 1) == []


def test_a_ready_engine_that_does_not_ask_the_queue_hangs() -> None:
    watch = HeartbeatWatch()
    for second in range(int(DEAF_SECONDS) + 1):
        assert watch.note({"engine": Beat(steps=1, polled_at=5.0)}, float(second)) == []
    (hung,) = watch.note({"engine": Beat(steps=1, polled_at=5.0)}, DEAF_SECONDS + 1)
    assert hung.reason == "It was ready and did not ask the queue for work for 60 s."


def test_an_engine_that_asks_or_need_not_ask_does_not_hang() -> None:
    watch = HeartbeatWatch()
    for second in range(int(DEAF_SECONDS) * 3):
        polled_at = float(second) if second < DEAF_SECONDS else None
        assert watch.note({"engine": Beat(steps=1, polled_at=polled_at)}, float(second)) == []


class Statuses:
    """The part of Redis that the reader looks into."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.is_away = False
        self.is_full = False

    def get(self, key: str) -> str | None:
        if self.is_away:
            raise ConnectionError
        return self.values.get(key)

    def set(self, key: str, value: str, ex: int) -> None:
        if self.is_full:
            raise ResponseError("MISCONF Errors writing to the AOF file: No space left on device")

    def exists(self, key: str) -> bool:
        return self.get(key) is not None

    def tell(self, name: str, **status: Any) -> None:
        told = {"state": "ready", "steps": 0, "running": 0, "polled_at": 0.0, **status}
        self.values[worker_key(f"{name}@host")] = json.dumps(told)


class Process(subprocess.Popen[bytes]):
    """One that was never started."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def __del__(self) -> None:
        """Nothing to wait for."""


def make_child(name: str, pid: int, *, started_at: float = -100.0) -> ChildProcess:
    spec = ChildSpec(
        name=name,
        command=(),
        environment={},
        log=Path("log"),
        folder=Path(),
        worker_id=f"{name}@host" if name.startswith("engine") else None,
    )
    return ChildProcess(spec, Process(pid), started_at)


@pytest.fixture
def statuses() -> Statuses:
    return Statuses()


@pytest.fixture
def reader(statuses: Statuses) -> HeartbeatReader:
    return HeartbeatReader(cast("Redis", statuses))


def test_of_two_engines_only_the_silent_one_hangs(
    statuses: Statuses, reader: HeartbeatReader
) -> None:
    running = [make_child("engine-1", 11), make_child("engine-2", 12)]
    statuses.tell("engine-1", pid=11)
    statuses.tell("engine-2", pid=12)
    assert reader.find_hung(running, 1.0) == []
    statuses.values.clear()
    statuses.tell("engine-1", pid=11)
    found = [hung.name for second in range(2, 12) for hung in reader.find_hung(running, second)]
    assert found == ["engine-2"]


def test_an_engine_that_was_started_again_has_time_to_speak(
    statuses: Statuses, reader: HeartbeatReader
) -> None:
    statuses.tell("engine", pid=11)
    assert reader.find_hung([make_child("engine", 11)], 1.0) == []
    successor = [make_child("engine", 12)]
    for second in range(2, 60):
        assert reader.find_hung(successor, float(second)) == []


def test_the_last_word_of_an_earlier_turns_worker_is_not_its_successors(
    statuses: Statuses, reader: HeartbeatReader
) -> None:
    statuses.values[TURNS_WORKER_KEY] = "1"
    child = [make_child("turns", 12, started_at=0.0)]
    for second in range(1, 10):
        assert reader.find_hung(child, float(second)) == []
    statuses.values.clear()
    for second in range(10, 60):
        assert reader.find_hung(child, float(second)) == []


def test_the_last_word_of_a_turns_worker_that_was_heard_before_it_ended_is_not_its_successors(
    statuses: Statuses, reader: HeartbeatReader
) -> None:
    statuses.values[TURNS_WORKER_KEY] = "1"
    assert reader.find_hung([make_child("turns", 11)], 1.0) == []
    assert reader.find_hung([], 2.5) == []
    successor = [make_child("turns", 12, started_at=3.0)]
    for second in range(4, 60):
        if second == 10:
            statuses.values.clear()
        assert reader.find_hung(successor, float(second)) == []


def test_a_redis_without_room_for_heartbeats_is_no_sign_of_anything(
    statuses: Statuses, reader: HeartbeatReader
) -> None:
    running = [make_child("engine", 11)]
    statuses.tell("engine", pid=11)
    assert reader.find_hung(running, 1.0) == []
    statuses.is_full = True
    statuses.values.clear()
    for second in range(2, 60):
        assert reader.find_hung(running, float(second)) == []
    statuses.is_full = False
    assert reader.find_hung(running, 61.0) == []


def test_a_status_that_cannot_be_read_is_no_sign_of_anything(
    statuses: Statuses, reader: HeartbeatReader
) -> None:
    running = [make_child("engine", 11)]
    statuses.tell("engine", pid=11)
    assert reader.find_hung(running, 1.0) == []
    for second, text in enumerate(("no json", "[]", '{"pid": 11}', "5"), start=2):
        statuses.values[worker_key("engine@host")] = text
        assert reader.find_hung(running, float(second * 10)) == []
    statuses.is_away = True
    assert reader.find_hung(running, 200.0) == []
