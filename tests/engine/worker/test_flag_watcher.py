import threading
from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis

from engine.protocol.names import engine_stop_key
from engine.worker.active_requests import ActiveRequests
from engine.worker.cancellation import StopWatcher
from tests.engine.worker.redis_server import RedisServer


class Watch:
    """A watcher whose aborts are collected; `aborted` is set at the first."""

    def __init__(self, server: RedisServer) -> None:
        self.active_requests = ActiveRequests()
        self.ids: set[str] = set()
        self.aborted = threading.Event()
        self.watcher = StopWatcher(server.client(), self.active_requests, self._note)

    def _note(self, request_id: str) -> None:
        self.ids.add(request_id)
        self.aborted.set()


@pytest.fixture
def watch(shared_server: RedisServer, redis: Redis) -> Iterator[Watch]:
    watch = Watch(shared_server)
    watch.watcher.start()
    yield watch
    watch.watcher.stop()


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
    monkeypatch.setattr("engine.worker.cancellation.POLL_SECONDS", 3600.0)
    watch = Watch(shared_server)
    watch.active_requests.add("a", 1)
    redis.set(engine_stop_key("a"), "1")
    watch.watcher.start()
    assert watch.watcher.note_step() == ()
    assert watch.aborted.wait(10)
    watch.watcher.stop()
