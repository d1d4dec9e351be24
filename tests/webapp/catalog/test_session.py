"""What a page asks first, and which models it learns of."""

import json
from dataclasses import MISSING, fields

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from redis import Redis

from engine.protocol import WorkerState, WorkerStatus
from engine.protocol.names import worker_key
from tests.scripted_engine import announce_worker
from webapp.accounts.guests import GUEST_COOKIE, GUEST_COOKIE_SECONDS
from webapp.accounts.models import User
from webapp.catalog.selectors import Loading, find_model, list_models, list_worker_statuses

NEWER_FIGURES = {field.name for field in fields(WorkerStatus) if field.default is not MISSING}
pytestmark = pytest.mark.django_db


def test_a_stranger_becomes_a_guest_once(redis: Redis) -> None:
    client = Client()
    first = client.get("/api/session").json()
    second = client.get("/api/session").json()
    assert first == second
    assert first["user"]["is_guest"]
    assert User.objects.count() == 1
    assert client.cookies[GUEST_COOKIE]["httponly"]
    assert client.cookies["csrftoken"].value


def test_a_page_is_told_that_the_disk_is_full(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Client().get("/api/session").json()["storage_full"] is False
    monkeypatch.setattr("webapp.core.storage.RESERVE_BYTES", 2**62)
    assert Client().get("/api/session").json()["storage_full"] is True


def test_a_guest_who_keeps_coming_is_never_forgotten(redis: Redis) -> None:
    client = Client()
    client.get("/api/session")
    cookie = client.get("/api/session").cookies[GUEST_COOKIE]
    assert cookie["max-age"] == GUEST_COOKIE_SECONDS
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_the_default_model_is_named_before_any_worker_lives(redis: Redis) -> None:
    body = Client().get("/api/session").json()
    assert body["default_model"] == "glm-nano"
    unknown = {"name": "glm-nano", "context_length": None, "ready": False, "loading": None}
    assert body["models"] == [unknown]
    assert body["limits"] == {"message_characters": 32_000}
    assert body["artifact_origin"] == "http://testserver:8001"


def test_a_worker_makes_its_model_ready(redis: Redis) -> None:
    announce_worker(redis, "glm-nano")
    announce_worker(redis, "glm-air", WorkerState.STARTING)
    nano, air = list_models()
    assert (nano.name, nano.ready, nano.context_length) == ("glm-nano", True, 4096)
    assert (air.name, air.ready, air.starting) == ("glm-air", False, True)
    assert find_model("glm-x") is None


def report(redis: Redis, **said: object) -> None:
    """A worker says no more than a worker of the first version did, and `said`."""
    announce_worker(redis, "glm-nano", WorkerState.STARTING)
    key = worker_key("worker-glm-nano")
    status = json.loads(redis.get(key) or "{}")
    first_version = {name: value for name, value in status.items() if name not in NEWER_FIGURES}
    redis.set(key, json.dumps({**first_version, **said}))


def test_a_person_sees_how_far_a_loading_model_is(redis: Redis) -> None:
    report(redis, load_progress=0.4, load_text="Loading weights: 43 of 108 GB")
    (model,) = Client().get("/api/session").json()["models"]
    assert not model["ready"]
    assert model["loading"] == {"text": "Loading weights: 43 of 108 GB", "progress": 0.4}


@pytest.mark.parametrize(
    ("said", "text"), [({}, "The worker is starting"), ({"reason": "Nearly"}, "Nearly")]
)
def test_a_worker_that_does_not_say_how_far_it_is_is_starting_all_the_same(
    redis: Redis, said: dict[str, str], text: str
) -> None:
    report(redis, **said)
    (model,) = list_models()
    assert model.starting
    assert model.loading == Loading(text=text, progress=None)


def test_a_ready_worker_leaves_nothing_to_wait_for(redis: Redis) -> None:
    report(redis, worker_id="second", load_progress=0.5)
    redis.rename(worker_key("worker-glm-nano"), worker_key("second"))
    announce_worker(redis, "glm-nano")
    (model,) = list_models()
    assert model.ready
    assert model.loading is None


def test_statuses_of_older_and_newer_workers_are_read(redis: Redis) -> None:
    report(redis, state="ready")
    (older,) = list_worker_statuses()
    assert (older.prefix_hit_tokens, older.step_ms, older.load_progress) == (0, 0.0, None)
    figures = {"prefix_hit_tokens": 7, "accepted_draft_tokens": 3, "host_ms_per_step": 0.5}
    report(redis, state="ready", colour_of_the_case="grey", **figures)
    (newer,) = list_worker_statuses()
    assert {name: getattr(newer, name) for name in figures} == figures


def test_a_status_that_cannot_be_read_is_left_out(redis: Redis) -> None:
    redis.set(worker_key("broken"), "{")
    redis.set(worker_key("strange"), '{"model": 3}')
    assert [model.ready for model in list_models()] == [False]


def test_the_artifact_origin_can_be_set(redis: Redis, settings: Settings) -> None:
    settings.ATELIER_ARTIFACT_ORIGIN = "https://made.example"
    assert Client().get("/api/session").json()["artifact_origin"] == "https://made.example"


def test_a_house_without_guests_asks_to_sign_in(redis: Redis, settings: Settings) -> None:
    settings.ATELIER_GUESTS = False
    answer = Client().get("/api/session")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_in_required")
    assert not User.objects.exists()
