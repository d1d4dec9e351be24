"""The edge of HTTP: every error is a closed code with a sentence."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponseBase
from django.test import RequestFactory
from pydantic import BaseModel

from engine.protocol import ERROR_INFO, ErrorCode
from webapp.core.api import MAX_BODY_BYTES, api_view, json_response, parse_body
from webapp.core.errors import AppError, NotFound
from webapp.core.ids import parse_id


def answer(error: Exception | None = None) -> tuple[int, dict[str, Any]]:
    @api_view("GET")
    def view(request: HttpRequest) -> HttpResponseBase:
        if error is not None:
            raise error
        return json_response({"fine": True})

    response = view(RequestFactory().get("/"))
    assert response["Cache-Control"] == "no-store"
    body: dict[str, Any] = json.loads(getattr(response, "content", b""))
    return response.status_code, body


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_code_has_a_status_and_a_sentence(code: ErrorCode) -> None:
    status, body = answer(AppError(code))
    assert 400 <= status < 600
    assert body == {"error": {"code": code.value, "message": ERROR_INFO[code].sentence}}


def write(method: str, *, stores: bool = True) -> tuple[int, dict[str, Any]]:
    @api_view("POST", "DELETE", stores=stores)
    def view(request: HttpRequest) -> HttpResponseBase:
        return json_response({"fine": True})

    response = view(RequestFactory().generic(method, "/"))
    return response.status_code, json.loads(getattr(response, "content", b""))


def test_a_full_disk_refuses_writes_and_lets_people_read_and_delete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("webapp.core.storage.RESERVE_BYTES", 2**62)
    status, body = write("POST")
    assert (status, body["error"]["code"]) == (507, "storage_full")
    assert "disk is full" in body["error"]["message"]
    assert write("DELETE")[0] == 200
    assert write("POST", stores=False)[0] == 200
    assert answer()[0] == 200


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("database or disk is full", "storage_full"),
        ('could not extend file "base/5/1": No space left on device', "storage_full"),
        ("database is locked", "service_unavailable"),
    ],
)
def test_a_database_without_room_is_told_from_one_that_is_away(sentence: str, code: str) -> None:
    assert answer(OperationalError(sentence))[1]["error"]["code"] == code


def test_what_was_not_foreseen_tells_no_secrets() -> None:
    status, body = answer(RuntimeError("password is hunter2"))
    assert (status, body["error"]["code"]) == (500, "internal_error")
    assert "hunter2" not in json.dumps(body)


def test_a_database_that_is_away_is_said_so() -> None:
    status, body = answer(OperationalError("locked"))
    assert (status, body["error"]["code"]) == (503, "service_unavailable")


def test_a_good_answer_passes() -> None:
    assert answer() == (200, {"fine": True})


@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 2 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE])
def test_a_body_that_is_too_large_is_said_so(size: int) -> None:
    class Anything(BaseModel):
        """Any object."""

    @api_view("POST")
    def view(request: HttpRequest) -> HttpResponseBase:
        parse_body(request, Anything)
        return json_response({})

    request = RequestFactory().post("/", b" " * size + b"{}", content_type="application/json")
    response = view(request)
    body = json.loads(getattr(response, "content", b""))
    assert (response.status_code, body["error"]["code"]) == (413, "frame_too_large")


def test_text_that_is_no_id_names_nothing() -> None:
    with pytest.raises(NotFound):
        parse_id("../etc")
