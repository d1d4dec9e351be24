"""What a page asks first, and which models it learns of."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from redis import Redis

from engine.protocol import WorkerState
from engine.protocol.names import worker_key
from tests.scripted_engine import announce_worker
from webapp.accounts.guests import GUEST_COOKIE, GUEST_COOKIE_SECONDS
from webapp.accounts.models import User
from webapp.catalog.selectors import find_model, list_models

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


def test_a_guest_who_keeps_coming_is_never_forgotten(redis: Redis) -> None:
    client = Client()
    client.get("/api/session")
    cookie = client.get("/api/session").cookies[GUEST_COOKIE]
    assert cookie["max-age"] == GUEST_COOKIE_SECONDS
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_the_default_model_is_named_before_any_worker_lives(redis: Redis) -> None:
    body = Client().get("/api/session").json()
    assert body["default_model"] == "glm-nano"
    assert body["models"] == [{"name": "glm-nano", "context_length": None, "ready": False}]
    assert body["limits"] == {"message_characters": 32_000}
    assert body["artifact_origin"] == "http://testserver:8001"


def test_a_worker_makes_its_model_ready(redis: Redis) -> None:
    announce_worker(redis, "glm-nano")
    announce_worker(redis, "glm-air", WorkerState.STARTING)
    nano, air = list_models()
    assert (nano.name, nano.ready, nano.context_length) == ("glm-nano", True, 4096)
    assert (air.name, air.ready, air.starting) == ("glm-air", False, True)
    assert find_model("glm-x") is None


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
