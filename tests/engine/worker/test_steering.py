"""What administrators ask of a worker: answered once, by a sentence, and reversible."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engine.protocol import WorkerAction, WorkerCommand
from engine.protocol.names import (
    engine_cancelled_key,
    queue_paused_key,
    worker_commands_key,
    worker_result_key,
)
from engine.worker.steering import DRAINED, PAUSED, Exits, Steering
from tests.engine.worker.redis_server import RedisServer


@dataclass
class FakeWorker:
    pinned: bool = False
    reason: str | None = None
    idle: bool = True
    given_up: int = 0
    max_running: int = 8
    held: set[str] = field(default_factory=set)

    def refuse_requests(self, reason: str) -> None:
        self.reason = reason

    def take_requests(self) -> None:
        self.reason = None

    def is_idle(self) -> bool:
        return self.idle

    def give_up_requests(self) -> None:
        self.given_up += 1

    def set_max_running(self, count: int) -> None:
        if not 1 <= count <= 8:
            raise ValueError("This engine writes 1 to 8 answers at once.")
        self.max_running = count

    def abort(self, request_id: str) -> bool:
        return request_id in self.held


@dataclass
class FakeDoor:
    is_open: bool = True

    def open(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False


class Desk:
    """A steering whose loop the test turns by hand."""

    def __init__(self, server: RedisServer, models: Path) -> None:
        self.redis: Any = server.client()
        self.redis.flushall()
        self.worker, self.door = FakeWorker(), FakeDoor()
        self.left: list[str] = []
        exits = Exits(
            leave=lambda: self.left.append("leave"),
            become=lambda folder: self.left.append(folder.name),
        )
        self.steering = Steering(
            self.redis, self.worker, worker_id="w", model_folder=models / "nano", exits=exits
        )
        self.steering._door = self.door
        self.number = 0

    def ask(self, action: WorkerAction, value: str = "") -> tuple[bool, str]:
        self.number += 1
        command = WorkerCommand(id=f"c{self.number}", action=action, value=value)
        self.send(json.dumps(asdict(command)))
        return self.read_result(command.id)

    def begin(self, action: WorkerAction, value: str = "") -> str:
        """Sends what is not answered at once."""
        self.number += 1
        command = WorkerCommand(id=f"c{self.number}", action=action, value=value)
        self.send(json.dumps(asdict(command)))
        assert self.redis.get(worker_result_key(command.id)) is None
        return command.id

    def read_result(self, command_id: str) -> tuple[bool, str]:
        result = json.loads(self.redis.get(worker_result_key(command_id)))
        return result["done"], result["message"]

    def send(self, text: str) -> None:
        self.redis.rpush(worker_commands_key("w"), text)
        self.steering.look()


@pytest.fixture
def desk(shared_server: RedisServer, tmp_path: Path) -> Desk:
    return Desk(shared_server, tmp_path)


def test_a_drain_closes_the_door_and_resuming_opens_it(desk: Desk) -> None:
    done, message = desk.ask(WorkerAction.DRAIN)
    assert done
    assert "finished" in message
    assert (desk.door.is_open, desk.worker.reason) == (False, DRAINED)
    assert desk.ask(WorkerAction.RESUME)[0]
    assert (desk.door.is_open, desk.worker.reason) == (True, None)


def test_what_outlasts_a_drain_goes_on_elsewhere(desk: Desk) -> None:
    desk.worker.idle = False
    done, message = desk.ask(WorkerAction.DRAIN, "0")
    assert done
    assert "after 0 s goes on elsewhere" in message
    assert desk.worker.given_up == 1


def test_a_drain_is_answered_when_the_last_request_has_ended(desk: Desk) -> None:
    desk.worker.idle = False
    drain = desk.begin(WorkerAction.DRAIN)
    assert (desk.door.is_open, desk.worker.reason) == (False, DRAINED)
    desk.worker.idle = True
    desk.steering.look()
    done, message = desk.read_result(drain)
    assert done
    assert "finished" in message
    assert desk.worker.given_up == 0


@pytest.mark.parametrize("action", [WorkerAction.DRAIN, WorkerAction.RESTART])
def test_a_drain_is_taken_back_while_requests_run(desk: Desk, action: WorkerAction) -> None:
    desk.worker.idle = False
    drain = desk.begin(action)
    assert desk.ask(WorkerAction.RESUME)[0]
    assert (desk.door.is_open, desk.worker.reason) == (True, None)
    assert desk.read_result(drain) == (False, "It was resumed before all requests had ended.")
    desk.worker.idle = True
    desk.steering.look()
    assert (desk.door.is_open, desk.left, desk.worker.given_up) == (True, [], 0)


def test_other_commands_are_carried_out_during_a_drain(desk: Desk) -> None:
    desk.worker.idle = False
    desk.worker.held.add("r")
    drain = desk.begin(WorkerAction.DRAIN)
    assert desk.ask(WorkerAction.CANCEL_REQUEST, "r")[0]
    restart = desk.begin(WorkerAction.RESTART)
    assert desk.read_result(drain) == (False, "A later command took its place.")
    desk.worker.idle = True
    desk.steering.look()
    assert desk.read_result(restart)[0]
    assert desk.left == ["leave"]


def test_a_paused_queue_closes_the_door_until_the_pause_ends(desk: Desk) -> None:
    desk.redis.set(queue_paused_key("nano"), "1")
    desk.steering.look()
    assert (desk.door.is_open, desk.worker.reason) == (False, PAUSED)
    desk.ask(WorkerAction.DRAIN)
    desk.ask(WorkerAction.RESUME)
    assert not desk.door.is_open
    desk.redis.delete(queue_paused_key("nano"))
    desk.steering.look()
    assert (desk.door.is_open, desk.worker.reason) == (True, None)


def test_a_restart_drains_first_and_leaves_when_the_answer_is_written(desk: Desk) -> None:
    assert desk.ask(WorkerAction.RESTART)[0]
    assert not desk.door.is_open
    assert desk.left == ["leave"]


def test_another_model_must_lie_beside_the_present_one(desk: Desk, tmp_path: Path) -> None:
    for name in ("absent", "../etc", "..", "", "a/b"):
        assert desk.ask(WorkerAction.LOAD_MODEL, name) == (
            False,
            "There is no such model beside the one that it serves.",
        )
    assert desk.door.is_open
    (tmp_path / "air").mkdir()
    (tmp_path / "air" / "config.json").write_text("{}")
    assert desk.ask(WorkerAction.LOAD_MODEL, "air")[0]
    assert desk.left == ["air"]


def test_a_pinned_worker_keeps_its_model_until_it_is_unpinned(desk: Desk) -> None:
    assert desk.ask(WorkerAction.PIN)[0]
    assert desk.worker.pinned
    assert not desk.ask(WorkerAction.RESTART)[0]
    assert not desk.ask(WorkerAction.LOAD_MODEL, "air")[0]
    assert desk.left == []
    desk.ask(WorkerAction.UNPIN)
    assert desk.ask(WorkerAction.RESTART)[0]


def test_concurrency_is_a_number_that_the_engine_can_hold(desk: Desk) -> None:
    assert desk.ask(WorkerAction.SET_CONCURRENCY, "3")[0]
    assert desk.worker.max_running == 3
    assert desk.ask(WorkerAction.SET_CONCURRENCY, "9")[1] == (
        "This engine writes 1 to 8 answers at once."
    )
    for value in ("", "-1", "many", "9" * 1000, "٣"):
        assert not desk.ask(WorkerAction.SET_CONCURRENCY, value)[0]
    assert desk.worker.max_running == 3


def test_a_request_is_cancelled_where_it_is_held(desk: Desk) -> None:
    desk.worker.held.add("r")
    assert desk.ask(WorkerAction.CANCEL_REQUEST, "r")[0]
    assert not desk.ask(WorkerAction.CANCEL_REQUEST, "other")[0]
    # Whoever reads how it ended learns that this was meant.
    assert desk.redis.keys("engine:*:cancelled") == [engine_cancelled_key("r")]
    assert desk.redis.ttl(engine_cancelled_key("r")) > 0


def test_a_command_is_carried_out_once(desk: Desk) -> None:
    desk.worker.idle = False
    command = json.dumps({"id": "same", "action": "drain", "value": "0"})
    desk.send(command)
    desk.send(command)
    assert desk.worker.given_up == 1


@pytest.mark.parametrize(
    "text",
    [
        *("", "no json", "[]", "null", '{"id": "x"}', '{"id": "x", "action": "explode"}'),
        *('{"id": 5, "action": "drain"}', '{"id": "x", "action": "drain", "value": 5}'),
        "[" * 100_000,
    ],
)
def test_what_is_no_command_changes_nothing(desk: Desk, text: str) -> None:
    desk.send(text)
    assert desk.door.is_open
    assert desk.redis.keys("worker-result:*") == []
