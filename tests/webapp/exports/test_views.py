"""Exports over HTTP: the shapes of the contract, and nobody else's files."""

import pytest
from django.test import Client

from tests.factories import guest_cookies
from tests.webapp.exports.conftest import LoopWithoutBrowser, make_version
from webapp.accounts.models import User
from webapp.core.events import ArtifactKind
from webapp.exports.models import Export
from webapp.exports.runner import run_export


def browser(user: User) -> Client:
    client = Client()
    client.cookies.load(guest_cookies(user))
    return client


@pytest.fixture
def address(alice: User) -> str:
    version = make_version(alice, ArtifactKind.MARKDOWN, "# Hello", title="Über <alles>")
    return f"/api/artifacts/{version.artifact_id}/versions/{version.number}/exports"


def test_an_export_is_started_watched_and_fetched(
    alice: User, address: str, loop: LoopWithoutBrowser
) -> None:
    client = browser(alice)
    answer = client.post(address, {"format": "file"}, content_type="application/json")
    assert answer.status_code == 202
    place = f"/api/exports/{answer.json()['id']}"
    waiting = client.get(place).json()
    assert waiting == {
        "id": answer.json()["id"],
        "state": "queued",
        "done": 0,
        "total": 0,
        "text": "Waiting",
        "report": [],
        "file": None,
        "error": None,
    }
    assert client.get(f"{place}/file").status_code == 404
    run_export(Export.objects.get().pk, loop)
    assert client.get(place).json()["file"] == {"name": "ber-alles.md", "bytes": 7}
    file = client.get(f"{place}/file")
    assert file.content == b"# Hello"
    assert file["Content-Disposition"] == 'attachment; filename="ber-alles.md"'
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Type"] == "application/octet-stream"
    assert "sandbox" in file["Content-Security-Policy"]


def test_another_person_sees_nothing_of_it(alice: User, bob: User, address: str) -> None:
    answer = browser(alice).post(address, {"format": "file"}, content_type="application/json")
    place, other = f"/api/exports/{answer.json()['id']}", browser(bob)
    assert other.get(place).status_code == 404
    assert other.get(f"{place}/file").status_code == 404
    assert other.post(f"{place}/cancel").status_code == 404
    again = other.post(address, {"format": "file"}, content_type="application/json")
    assert again.status_code == 404
    assert Client().get(place).status_code == 401


def test_cancelling_twice_is_harmless(alice: User, address: str) -> None:
    client = browser(alice)
    answer = client.post(address, {"format": "pdf"}, content_type="application/json")
    place = f"/api/exports/{answer.json()['id']}"
    for _ in range(2):
        assert client.post(f"{place}/cancel").json()["state"] == "cancelled"


@pytest.mark.parametrize(
    "body",
    [
        {"format": "docx"},
        {"format": "pdf", "options": {"scale": 9}},
        {"format": "pdf", "options": {"dpi": 72}},
        {"format": "pdf", "path": "/etc/passwd"},
        {},
    ],
)
def test_a_faulty_wish_is_refused(alice: User, address: str, body: dict[str, object]) -> None:
    answer = browser(alice).post(address, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_request"
    assert not Export.objects.exists()
