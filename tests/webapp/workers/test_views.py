"""Who may see and steer workers: administrators; for everybody else there is nothing here."""

import json
import re
import time
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.test import Client
from redis import Redis

from engine.protocol.names import worker_log_key, worker_samples_key
from tests.factories import guest_cookies, make_administrator, make_guest, make_turn, sign_in
from tests.webapp.workers.reports import report
from webapp.accounts.models import User
from webapp.administration.models import AuditEntry
from webapp.workers.samples import read_hour

pytestmark = pytest.mark.django_db
READS = ["log", "history?span=hour", "history?span=week", "diagnostics"]
JSON = "application/json"


def paths_to_read(worker: str = "w1") -> list[str]:
    return [f"/admin/workers/{worker}/{name}" for name in READS]


def make_strangers() -> list[Client]:
    guest = Client()
    guest.cookies.load(guest_cookies(make_guest()))
    former = make_administrator("former@example.org")
    former_client = sign_in(former)
    User.objects.filter(pk=former.pk).update(is_staff=False, is_superuser=False)
    return [Client(), guest, sign_in(User.objects.create_user("alice@example.org")), former_client]


def test_strangers_are_told_that_nothing_is_there(redis: Redis) -> None:
    report(redis)
    command = f"/admin/workers/commands/{uuid4()}"
    for stranger in make_strangers():
        for path in (*paths_to_read(), command):
            told = stranger.get(path)
            assert told.status_code == 404, path
            assert told.json()["error"]["code"] == "not_found"
        for path in ("/admin/workers/w1/commands", "/admin/queues/glm-nano/pause"):
            assert stranger.post(path, {"action": "drain"}, JSON).status_code == 404
    assert not redis.keys("worker-commands:*") + redis.keys("queue-paused:*")
    assert not AuditEntry.objects.exists()


def test_without_the_token_against_forgery_nothing_is_done(redis: Redis) -> None:
    report(redis)
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_administrator())
    page = client.get("/admin/workers/")
    token = client.cookies["csrftoken"].value if "csrftoken" in client.cookies else ""
    for path, body in (
        ("/admin/workers/w1/commands", {"action": "pin"}),
        ("/admin/queues/glm-nano/pause", {}),
    ):
        assert client.post(path, body, JSON).status_code == 403
        assert not AuditEntry.objects.filter(action__in=("pin", "pause_queue")).exists()
        assert page.status_code in (200, 503)
        assert token
        assert client.post(path, body, JSON, headers={"X-CSRFToken": token}).status_code < 300
        AuditEntry.objects.all().delete()


@pytest.mark.parametrize(
    "worker", ["nobody", "w1%20", "%00", "..%2f..%2fetc", "x" * 3000, "%F0%9F%90%9D"]
)
def test_an_unknown_worker_is_not_found(redis: Redis, worker: str) -> None:
    report(redis)
    client = sign_in(make_administrator())
    for path in paths_to_read(worker):
        assert client.get(path).status_code == 404
    posted = client.post(f"/admin/workers/{worker}/commands", {"action": "pin"}, JSON)
    assert posted.status_code == 404
    assert not AuditEntry.objects.exists()


def test_what_is_asked_wrongly_has_a_closed_code(redis: Redis) -> None:
    report(redis)
    client = sign_in(make_administrator())
    for query in ("", "?span=", "?span=year", "?span=hour%00"):
        told = client.get(f"/admin/workers/w1/history{query}")
        assert (told.status_code, told.json()["error"]["code"]) == (400, "invalid_request")
    assert client.get(f"/admin/workers/commands/{uuid4()}").status_code == 404
    assert client.get("/admin/workers/commands/not-a-uuid").status_code == 404
    for path in ("/admin/workers/w1/commands", "/admin/queues/glm-nano/pause"):
        assert client.get(path).status_code == 405
    assert client.post("/admin/workers/w1/log").status_code == 405


def test_the_log_and_the_hour_are_read_and_what_is_no_sample_is_left_out(redis: Redis) -> None:
    report(redis)
    redis.rpush(worker_log_key("w1"), "first", "second")
    good = {"t": time.time(), "running": 2, "in": 1.5, "later": "added"}
    texts = [json.dumps(good), "no json", "[]", '{"t": 1e999}', '{"running": 1}', "[" * 9000]
    for text in texts:
        redis.xadd(worker_samples_key("w1"), {"sample": text})
    redis.xadd(worker_samples_key("w1"), {"other": "x"})
    client = sign_in(make_administrator())
    log = client.get("/admin/workers/w1/log")
    assert log.json() == {"lines": ["first", "second"]}
    assert log["Cache-Control"] == "no-store"
    hour = client.get("/admin/workers/w1/history?span=hour").json()
    assert [(one["running"], one["in"], one["kv"]) for one in hour["samples"]] == [(2, 1.5, None)]
    assert len(read_hour(redis, "w1", time.time()).samples) == 1


def test_diagnostics_tell_of_the_worker_and_no_secret(redis: Redis) -> None:
    report(redis, worker_id='w1 "é\n', host="h")
    report(redis, worker_id="other")
    owner = make_guest()
    make_turn(owner, "A prompt that nobody else may read")
    root = User.objects.create_superuser("root@example.org", "the password of root")
    client = sign_in(root)
    path = "/admin/workers/w1%20%22%C3%A9%0A"
    client.post(f"{path}/commands", {"action": "pin", "reason": "Private words"}, JSON)
    answer = client.get(f"{path}/diagnostics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    name = re.fullmatch(r'attachment; filename="([^"]+)"', answer["Content-Disposition"])
    assert name
    assert re.fullmatch(r"atelier-[A-Za-z0-9._-]+\.zip", name[1])
    files: dict[str, Any] = {}
    with ZipFile(BytesIO(answer.content)) as archive:
        for entry in archive.namelist():
            files[entry] = archive.read(entry).decode()
    assert set(files) == {
        *("worker.json", "cluster.json", "hour.json", "week.json", "deeds.json", "server.json"),
        "log.txt",
    }
    assert [one["worker_id"] for one in json.loads(files["worker.json"])] == ['w1 "é\n']
    assert json.loads(files["deeds.json"])[0]["action"] == "pin"
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    secrets = [settings.SECRET_KEY, session, root.password, "the password of root"]
    for secret in (*secrets, "A prompt that nobody", "Private words", "root@example.org"):
        assert all(secret not in text for text in files.values())
