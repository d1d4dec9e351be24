"""An export through the real render worker, as a person's browser asks for it."""

import io
import time

import pytest
from django.test import Client
from pypdf import PdfReader
from redis import Redis

from tests.factories import guest_cookies, make_guest
from tests.webapp.exports.conftest import make_deck
from tests.webapp.rendering.test_render_worker import render_worker

pytestmark = pytest.mark.browser
PATIENCE_SECONDS = 90.0


def test_a_deck_becomes_a_pdf(transactional_db: None, redis: Redis) -> None:
    alice = make_guest("Alice")
    version = make_deck(alice, "<h1>First</h1>", "<h1>Second</h1>")
    client = Client()
    client.cookies.load(guest_cookies(alice))
    with render_worker(redis):
        address = f"/api/artifacts/{version.artifact_id}/versions/{version.number}/exports"
        answer = client.post(address, {"format": "pdf"}, content_type="application/json")
        place = f"/api/exports/{answer.json()['id']}"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (state := client.get(place).json())["state"] in ("queued", "running"):
            assert time.monotonic() < deadline, state
            time.sleep(0.1)
    assert state["state"] == "done", state
    assert (state["done"], state["total"], state["report"]) == (3, 3, [])
    reader = PdfReader(io.BytesIO(client.get(f"{place}/file").content))
    assert [page.extract_text().strip() for page in reader.pages] == ["First", "Second"]
