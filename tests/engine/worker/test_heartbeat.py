import json
from typing import Any

import pytest

from engine.protocol import WorkerState, WorkerStatus
from engine.protocol.names import WORKER_TTL_SECONDS, engine_alive_key, worker_key
from engine.worker.active_requests import ActiveRequests
from engine.worker.claims import CLAIM_TTL_SECONDS
from engine.worker.heartbeat import Heartbeat, idle_status
from tests.engine.worker.redis_server import RedisServer
from tests.engine.worker.waiting import wait_for


class Heart:
    def __init__(self, server: RedisServer) -> None:
        self.state = WorkerState.STARTING
        self.active_requests = ActiveRequests()
        self.heartbeat = Heartbeat(server.client(), self.active_requests, self.read_status)

    def read_status(self) -> WorkerStatus:
        return idle_status(
            worker_id="w", model="m", state=self.state, reason="because", started_at=1.0
        )


@pytest.fixture
def heart(shared_server: RedisServer, redis: Any) -> Heart:
    return Heart(shared_server)


def test_the_status_is_json_with_a_time_to_live(redis: Any, heart: Heart) -> None:
    heart.heartbeat.beat()
    status = WorkerStatus(**json.loads(redis.get(worker_key("w"))))
    assert status.state == "starting"
    assert 0 < redis.ttl(worker_key("w")) <= WORKER_TTL_SECONDS


def test_held_requests_are_said_to_be_alive(redis: Any, heart: Heart) -> None:
    heart.active_requests.add("r", 1)
    heart.heartbeat.beat()
    assert redis.get(engine_alive_key("r")) == "w"
    assert 0 < redis.ttl(engine_alive_key("r")) <= CLAIM_TTL_SECONDS


def test_an_ordinary_end_takes_the_status_away(redis: Any, heart: Heart) -> None:
    heart.heartbeat.start()
    wait_for(lambda: redis.exists(worker_key("w")), "the first beat")
    heart.heartbeat.stop(forget=True)
    assert not redis.exists(worker_key("w"))


def test_a_failure_leaves_its_reason_until_it_expires(redis: Any, heart: Heart) -> None:
    heart.heartbeat.start()
    heart.state = WorkerState.FAILED
    heart.heartbeat.stop(forget=False)
    status = json.loads(redis.get(worker_key("w")))
    assert (status["state"], status["reason"]) == ("failed", "because")


def test_the_heart_goes_on_after_redis_was_away(server: RedisServer) -> None:
    heart = Heart(server)
    heart.heartbeat.start()
    server.kill()
    server.start()
    client: Any = server.client()
    wait_for(lambda: client.exists(worker_key("w")), "a beat")
    heart.heartbeat.stop(forget=True)
