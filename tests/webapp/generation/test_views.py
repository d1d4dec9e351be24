"""Conversations over HTTP: the shapes of ARCHITECTURE.md, and nobody else's things."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from redis import Redis

from tests.factories import guest_cookies, make_turn
from tests.scripted_engine import ScriptedEngine, make, say
from webapp.accounts.models import User
from webapp.generation.models import Turn, TurnState

Run = Callable[[Turn], Turn]


def browser(user: User) -> Client:
    client = Client()
    client.cookies.load(guest_cookies(user))
    return client


@pytest.fixture
def made(alice: User, redis: Redis, run: Run) -> Turn:
    """A finished turn with a thing in it."""
    answers = iter([make("<h1>Hi</h1>"), say("There.")])
    with ScriptedEngine(redis, lambda _: next(answers)):
        return run(make_turn(alice, "Make a page"))


def test_the_list_says_what_is_running(alice: User, bob: User, redis: Redis) -> None:
    turn = make_turn(alice, "Make a game")
    rows = browser(alice).get("/api/conversations").json()["conversations"]
    assert [(row["id"], row["title"], row["running"]) for row in rows] == [
        (str(turn.conversation_id), "Make a game", True)
    ]
    assert browser(bob).get("/api/conversations").json() == {"conversations": []}
    assert Client().get("/api/conversations").json() == {"conversations": []}


def test_a_conversation_shows_messages_turns_and_artifacts(alice: User, made: Turn) -> None:
    body = browser(alice).get(f"/api/conversations/{made.conversation_id}").json()
    asked, answer = body["messages"]
    assert asked["parts"] == [{"kind": "text", "text": "Make a page"}]
    assert (asked["parent"], asked["turn"]) == (None, None)
    assert answer["parent"] == asked["id"]
    assert answer["turn"]["state"] == "finished"
    assert answer["turn"]["error"] is None
    assert answer["turn"]["usage"]["completion_tokens"] == 14
    artifact = body["artifacts"][0]
    assert artifact["id"] == answer["parts"][0]["artifact"]
    assert artifact["versions"][0]["message"] == answer["id"]
    assert artifact["versions"][0]["number"] == 1


def test_a_version_is_read_and_downloaded(alice: User, made: Turn) -> None:
    client = browser(alice)
    artifact = client.get(f"/api/conversations/{made.conversation_id}").json()["artifacts"][0]["id"]
    assert client.get(f"/api/artifacts/{artifact}/versions/1").json() == {
        "id": artifact,
        "kind": "html",
        "title": "G",
        "number": 1,
        "parent": None,
        "author": "model",
        "attributes": {},
        "content": "<h1>Hi</h1>",
        "document": None,
        "pages": [],
        "check": None,
    }
    file = client.get(f"/api/artifacts/{artifact}/versions/1/download")
    assert file["Content-Disposition"] == 'attachment; filename="g.html"'
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file.content == b"<h1>Hi</h1>"
    for number in (2, 0, 10**30):
        assert client.get(f"/api/artifacts/{artifact}/versions/{number}").status_code == 404


def test_rename_delete_and_undo(alice: User, made: Turn) -> None:
    client, path = browser(alice), f"/api/conversations/{made.conversation_id}"
    body = json.dumps({"title": "  My   page "})
    renamed = client.patch(path, body, content_type="application/json")
    assert renamed.json()["title"] == "My page"
    assert client.delete(path).status_code == 204
    assert client.get(path).json()["error"]["code"] == "not_found"
    assert client.get("/api/conversations").json() == {"conversations": []}
    assert client.post(f"{path}/restore").json()["title"] == "My page"
    assert client.get(path).status_code == 200


def test_deleting_stops_what_is_being_written(alice: User, redis: Redis) -> None:
    turn = make_turn(alice)
    browser(alice).delete(f"/api/conversations/{turn.conversation_id}")
    assert Turn.objects.get().state == TurnState.STOPPED


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", '{"title": 3}', '{"title": " "}', '{"title": "a", "owner": 1}', "\xff"]
)
def test_a_malformed_rename_is_refused(alice: User, redis: Redis, body: str) -> None:
    turn = make_turn(alice)
    path = f"/api/conversations/{turn.conversation_id}"
    answer = browser(alice).patch(path, body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")


def test_a_body_that_is_too_large_is_refused(alice: User, redis: Redis) -> None:
    turn = make_turn(alice)
    path = f"/api/conversations/{turn.conversation_id}"
    body = json.dumps({"title": "x" * 70_000})
    answer = browser(alice).patch(path, body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "frame_too_large")


def test_everything_of_alice_is_not_found_for_bob(alice: User, bob: User, made: Turn) -> None:
    hers, his = browser(alice), browser(bob)
    path = f"/api/conversations/{made.conversation_id}"
    artifact = hers.get(path).json()["artifacts"][0]["id"]
    rename = json.dumps({"title": "Mine"})
    answers = [
        his.get(path),
        his.patch(path, rename, content_type="application/json"),
        his.delete(path),
        his.post(f"{path}/restore"),
        his.get(f"/api/artifacts/{artifact}/versions/1"),
        his.get(f"/api/artifacts/{artifact}/versions/1/download"),
        his.get(f"/api/conversations/{uuid4()}"),
    ]
    assert {(answer.status_code, answer.json()["error"]["code"]) for answer in answers} == {
        (404, "not_found")
    }
    assert hers.get(path).json()["title"] == "Make a page"


def test_a_stranger_must_come_in_first(alice: User, made: Turn) -> None:
    answer = Client().get(f"/api/conversations/{made.conversation_id}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_in_required")


def test_a_write_without_the_csrf_token_is_refused(alice: User, redis: Redis) -> None:
    turn = make_turn(alice)
    client = Client(enforce_csrf_checks=True)
    client.cookies.load(guest_cookies(alice))
    assert client.delete(f"/api/conversations/{turn.conversation_id}").status_code == 403


def test_a_wrong_method_is_refused(alice: User, redis: Redis) -> None:
    answer = browser(alice).post("/api/conversations")
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
