"""Whatever is wrong with the render service costs the check only."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from celery import current_app
from django.test import Client
from kombu.exceptions import OperationalError
from redis import Redis

from tests.factories import guest_cookies, make_conversation, make_exchange, make_guest
from webapp.accounts.models import User
from webapp.artifacts.checks import CheckReport
from webapp.artifacts.services import store_version
from webapp.core.events import ArtifactKind, CheckState
from webapp.rendering.client import check_version, request_check
from webapp.rendering.names import CHECK_TASK, RENDER_QUEUE
from webapp.rendering.worker.status import RenderStatus, write_status

Sent = list[tuple[str, list[Any], dict[str, Any]]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    messages: Sent = []
    monkeypatch.setattr(
        current_app,
        "send_task",
        lambda task, args, **options: messages.append((task, args, options)),
    )
    return messages


@pytest.fixture
def worker(redis: Redis) -> Callable[[int], None]:
    """Says that a render worker lives, for so many seconds."""
    return lambda seconds: write_status(redis, RenderStatus(has_browser=True, text="ok"), seconds)


def test_nobody_waits_where_no_worker_lives(redis: Redis, sent: Sent) -> None:
    begin = time.monotonic()
    assert check_version(1, timeout_seconds=20) is None
    assert not request_check(1)
    assert time.monotonic() - begin < 2
    assert sent == []


def test_the_answer_comes_by_its_own_key(
    redis: Redis, sent: Sent, worker: Callable[[int], None]
) -> None:
    worker(20)

    def answer() -> None:
        while not sent:
            time.sleep(0.01)
        redis.rpush(sent[0][1][1], CheckReport(state=CheckState.PASSED).model_dump_json())

    thread = threading.Thread(target=answer)
    thread.start()
    report = check_version(7, timeout_seconds=10)
    thread.join()
    assert report == CheckReport(state=CheckState.PASSED)
    (message,) = sent
    assert (message[0], message[1][0]) == (CHECK_TASK, 7)
    assert message[2]["queue"] == RENDER_QUEUE
    assert message[2]["expires"] == 10


def test_a_silent_worker_is_waited_for_no_longer_than_asked(
    sent: Sent, worker: Callable[[int], None]
) -> None:
    worker(20)
    begin = time.monotonic()
    assert check_version(1, timeout_seconds=0.3) is None
    assert time.monotonic() - begin < 3


def test_a_worker_that_dies_is_not_waited_for(sent: Sent, worker: Callable[[int], None]) -> None:
    worker(1)
    begin = time.monotonic()
    assert check_version(1, timeout_seconds=30) is None
    assert time.monotonic() - begin < 10


def test_a_broker_that_is_away_costs_the_check(
    monkeypatch: pytest.MonkeyPatch, worker: Callable[[int], None]
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise OperationalError("away")

    worker(20)
    monkeypatch.setattr(current_app, "send_task", refuse)
    assert check_version(1, timeout_seconds=5) is None
    assert not request_check(1)


@pytest.mark.django_db
def test_a_person_has_an_edit_of_their_own_checked(
    sent: Sent, worker: Callable[[int], None]
) -> None:
    alice, bob = make_guest("Alice"), make_guest("Bob")
    place = make_exchange(make_conversation(alice), "Make it", [])
    version = store_version(
        message_id=place.pk,
        call="person:1",
        identifier="it",
        kind=ArtifactKind.HTML,
        title="It",
        content="<h1>Mine</h1>",
    )
    path = f"/api/artifacts/{version.artifact_id}/versions/1/checks"
    assert post(alice, path) == (200, {"asked": False})
    worker(20)
    assert post(bob, path)[0] == 404
    assert post(alice, path) == (202, {"asked": True})
    assert [message[1] for message in sent] == [[version.pk, None]]


def post(user: User, path: str) -> tuple[int, dict[str, Any]]:
    client = Client()
    client.cookies.load(guest_cookies(user))
    response = client.post(path)
    return response.status_code, response.json()
