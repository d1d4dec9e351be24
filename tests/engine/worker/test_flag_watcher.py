import threading
from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis

from engine.protocol.names import engine_end_thinking_key, engine_stop_key
from engine.worker.active_requests import ActiveRequest, ActiveRequests
from engine.worker.flag_watcher import FlagWatcher
from tests.engine.worker.redis_server import RedisServer
from tests.engine.worker.waiting import wait_for


class Watch:
    """A watcher whose calls are collected; `aborted` is set at the first abort."""

    def __init__(self, server: RedisServer) -> None:
        self.active_requests = ActiveRequests()
        self.ids: set[str] = set()
        self.aborted = threading.Event()
        self.thought_enough: list[str] = []
        self.watcher = FlagWatcher(
            server.client(),
            self.active_requests,
            abort=self._note,
            end_thinking=self.thought_enough.append,
        )

    def _note(self, request_id: str) -> None:
        self.ids.add(request_id)
        self.aborted.set()


@pytest.fixture
def watch(shared_server: RedisServer, redis: Redis) -> Iterator[Watch]:
    watch = Watch(shared_server)
    watch.watcher.start()
    yield watch
    watch.watcher.stop()


def submit(watch: Watch, request_id: str, attempt: int = 1) -> ActiveRequest:
    """A request that the engine has."""
    active = watch.active_requests.add(request_id, attempt)
    assert active is not None
    active.submitted.set()
    return active


def looks(redis: Redis) -> int:
    """How often anybody has read several keys at once, which only the watcher does."""
    statistics: Any = redis.info("commandstats")
    calls: int = statistics.get("cmdstat_mget", {}).get("calls", 0)
    return calls


def wait_for_a_whole_look(redis: Redis) -> None:
    """A look begins after the one before has been acted on."""
    before = looks(redis)
    wait_for(lambda: looks(redis) >= before + 3, "three more looks at the flags")


def test_only_the_request_with_a_stop_flag_is_aborted(redis: Redis, watch: Watch) -> None:
    for request_id in ("a", "b", "c"):
        watch.active_requests.add(request_id, 1)
    redis.set(engine_stop_key("b"), "1")
    assert watch.aborted.wait(10)
    assert watch.ids == {"b"}


def test_a_flag_that_was_set_before_the_request_came_counts(redis: Redis, watch: Watch) -> None:
    redis.set(engine_stop_key("a"), "")
    watch.active_requests.add("a", 1)
    assert watch.aborted.wait(10)


def test_watching_goes_on_after_redis_was_away(server: RedisServer) -> None:
    watch = Watch(server)
    watch.watcher.start()
    watch.active_requests.add("a", 1)
    server.kill()
    server.start()
    client: Any = server.client()
    client.set(engine_stop_key("a"), "1")
    assert watch.aborted.wait(10)
    watch.watcher.stop()


def test_every_step_looks_at_the_flags_however_short_steps_are(
    shared_server: RedisServer, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.worker.flag_watcher.POLL_SECONDS", 3600.0)
    watch = Watch(shared_server)
    watch.active_requests.add("a", 1)
    redis.set(engine_stop_key("a"), "1")
    watch.watcher.start()
    assert watch.watcher.note_step() == ()
    assert watch.aborted.wait(10)
    watch.watcher.stop()


def test_the_thinking_of_a_request_is_ended_once_for_each_wish(redis: Redis, watch: Watch) -> None:
    submit(watch, "a")
    submit(watch, "b")
    redis.set(engine_end_thinking_key("a"), "first click")
    wait_for(lambda: watch.thought_enough, "the end of the thinking")
    wait_for_a_whole_look(redis)
    assert watch.thought_enough == ["a"]
    redis.set(engine_end_thinking_key("a"), "second click")
    wait_for(lambda: len(watch.thought_enough) == 2, "the second end")
    wait_for_a_whole_look(redis)
    assert watch.thought_enough == ["a", "a"]
    assert not watch.ids


def test_a_wish_waits_until_the_engine_has_the_request(redis: Redis, watch: Watch) -> None:
    redis.set(engine_end_thinking_key("a"), "1")
    active = watch.active_requests.add("a", 1)
    assert active is not None
    wait_for_a_whole_look(redis)
    assert watch.thought_enough == []
    active.submitted.set()
    wait_for(lambda: watch.thought_enough == ["a"], "the end of the thinking")


def test_the_attempt_that_takes_over_from_a_lost_one_knows_of_the_wish(
    redis: Redis, watch: Watch
) -> None:
    first = submit(watch, "a")
    redis.set(engine_end_thinking_key("a"), "1")
    wait_for(lambda: watch.thought_enough == ["a"], "the end of the thinking")
    watch.active_requests.remove(first)
    submit(watch, "a", attempt=2)
    wait_for(lambda: watch.thought_enough == ["a", "a"], "the end in the second attempt")
