"""What administrators wish: sent once, written down with its outcome, refused by a closed code."""

import json
import time
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from redis import Redis

from engine.protocol import CommandResult, WorkerAction
from engine.protocol.names import (
    queue_paused_key,
    worker_commands_key,
    worker_exit_key,
    worker_result_key,
)
from tests.factories import make_administrator, sign_in
from tests.webapp.workers.reports import report
from webapp.administration.models import AuditEntry
from webapp.workers.collector import WorkerCollector
from webapp.workers.commands import UNANSWERED_AFTER, WAITING_SECONDS

pytestmark = pytest.mark.django_db
PATH = "/admin/workers/w1/commands"
ONE = str(uuid4())


@pytest.fixture
def client() -> Client:
    return sign_in(make_administrator())


def wish(client: Client, action: str, value: str = "", path: str = PATH, **more: Any) -> Any:
    body = {"action": action, "value": value, **more}
    return client.post(path, body, content_type="application/json")


def answer(redis: Redis, command: str, *, done: bool, message: str) -> None:
    result = CommandResult(id=command, done=done, message=message)
    redis.set(worker_result_key(command), json.dumps(asdict(result)))


def test_a_wish_reaches_its_worker_and_its_outcome_the_log(client: Client, redis: Redis) -> None:
    report(redis)
    sent = wish(client, "drain", "30", reason="New fans")
    assert sent.status_code == 202
    id = sent.json()["id"]
    assert [json.loads(text) for text in redis.lrange(worker_commands_key("w1"), 0, -1)] == [
        {"id": id, "action": "drain", "value": "30"}
    ]
    assert 0 < redis.ttl(worker_commands_key("w1")) <= WAITING_SECONDS
    entry = AuditEntry.objects.get()
    told = (entry.who_name, entry.action, entry.target, entry.value, entry.reason, entry.done)
    assert told == ("root@example.org", "drain", "worker w1", "30", "New fans", None)
    path = f"/admin/workers/commands/{id}"
    assert client.get(path).json() == {"id": id, "done": None, "message": ""}
    answer(redis, id, done=True, message="It takes no more requests.")
    expected = {"id": id, "done": True, "message": "It takes no more requests."}
    assert client.get(path).json() == expected
    redis.flushall()
    assert client.get(path).json() == expected


def test_the_collector_settles_what_nobody_asks_for(client: Client, redis: Redis) -> None:
    report(redis)
    refused = wish(client, "pin").json()["id"]
    garbled = wish(client, "unpin").json()["id"]
    silent = wish(client, "resume").json()["id"]
    waiting = wish(client, "restart").json()["id"]
    answer(redis, refused, done=False, message="It cannot.")
    redis.set(worker_result_key(garbled), "no json")
    late = timezone.now() - UNANSWERED_AFTER - timedelta(seconds=1)
    AuditEntry.objects.filter(command_id=silent).update(at=late)
    WorkerCollector(redis).look()
    outcomes = {
        str(entry.command_id): (entry.done, entry.outcome) for entry in AuditEntry.objects.all()
    }
    assert outcomes == {
        refused: (False, "It cannot."),
        garbled: (False, "Its answer cannot be read."),
        silent: (False, "The worker never answered."),
        waiting: (None, ""),
    }


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("drain", "-1"),
        ("drain", "99999"),
        ("restart", "soon"),
        ("set_concurrency", ""),
        ("set_concurrency", "9" * 200),
        ("set_concurrency", "٣"),
        ("load_model", "../../etc"),
        ("load_model", ""),
        ("load_model", "a\n"),
        ("cancel_request", "a b"),
        ("pin", "x"),
        ("resume", "0"),
    ],
)
def test_a_value_that_the_action_cannot_have_is_refused(
    client: Client, redis: Redis, action: str, value: str
) -> None:
    report(redis)
    refused = wish(client, action, value)
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "invalid_request"
    assert refused.json()["error"]["message"].endswith(".")
    assert not redis.exists(worker_commands_key("w1"))
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        *("", "null", "[]", "{}", '{"action": "explode"}', '{"action": "drain", "more": 1}'),
        *('{"action": "drain", "value": 5}', '{"action": "drain", "value": "%s"}' % ("9" * 201)),
        '{"action": "drain", "reason": "%s"}' % ("x" * 501),
        '{"action": "drain", "reason": "%s"}' % ("x" * 70_000),
        "[" * 60_000,
    ],
)  # fmt: skip
def test_a_body_of_another_shape_is_refused(client: Client, redis: Redis, body: str) -> None:
    report(redis)
    refused = client.post(PATH, body, content_type="application/json")
    assert refused.status_code in (400, 413)
    assert set(refused.json()["error"]) == {"code", "message"}
    assert not AuditEntry.objects.exists()


def test_every_action_has_a_value_that_is_taken(client: Client, redis: Redis) -> None:
    report(redis)
    values = {"set_concurrency": "4", "load_model": "glm-nano", "cancel_request": ONE}
    for action in WorkerAction:
        assert wish(client, action.value, values.get(action.value, "")).status_code == 202
    assert redis.llen(worker_commands_key("w1")) == len(WorkerAction)


@pytest.mark.parametrize("silent", [2.0, 5.0])
def test_who_is_gone_is_asked_nothing(client: Client, redis: Redis, silent: float) -> None:
    report(redis, updated_at=time.time() - silent)
    redis.set(worker_exit_key("w1"), "Its process was ended by SIGKILL.")
    refused = wish(client, "drain")
    assert refused.status_code == 409
    assert "SIGKILL" in refused.json()["error"]["message"]
    assert not redis.exists(worker_commands_key("w1"))


def test_a_queue_is_paused_and_resumed_with_a_trace(client: Client, redis: Redis) -> None:
    for verb, paused in (("pause", True), ("resume", False)):
        path = f"/admin/queues/glm-nano/{verb}"
        told = client.post(path, {"reason": "Move"}, content_type="application/json")
        assert told.json() == {"model": "glm-nano", "paused": paused}
        assert bool(redis.exists(queue_paused_key("glm-nano"))) is paused
    entries = AuditEntry.objects.order_by("pk").values_list("action", "target", "reason", "done")
    assert list(entries) == [
        ("pause_queue", "queue glm-nano", "Move", True),
        ("resume_queue", "queue glm-nano", "Move", True),
    ]
    unknown = client.post("/admin/queues/other/pause", {}, content_type="application/json")
    assert unknown.status_code == 404
    assert not redis.exists(queue_paused_key("other"))
