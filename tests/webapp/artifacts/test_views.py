"""Versions over HTTP: pages, documents and checks, and nobody else's."""

import pytest
from django.test import Client

from tests.factories import guest_cookies, make_conversation, make_exchange, make_guest
from webapp.accounts.models import User
from webapp.artifacts.checks import CheckReport, Finding, Severity
from webapp.artifacts.models import ArtifactVersion, Blob, DeckPage
from webapp.artifacts.services import store_version
from webapp.core.events import ArtifactKind, CheckState

pytestmark = pytest.mark.django_db


def browser(user: User) -> Client:
    client = Client()
    client.cookies.load(guest_cookies(user))
    return client


def store(kind: ArtifactKind, content: str = "x") -> ArtifactVersion:
    place = make_exchange(make_conversation(make_guest()), "Make it", [])
    return store_version(
        message_id=place.pk, call="1.0", identifier="it", kind=kind, title="It", content=content
    )


def path_of(version: ArtifactVersion) -> str:
    return f"/api/artifacts/{version.artifact_id}/versions/{version.number}"


def owner_of(version: ArtifactVersion) -> User:
    return version.artifact.conversation.owner


def make_deck() -> ArtifactVersion:
    version = store(ArtifactKind.DECK)
    version.blob = None
    version.save(update_fields=["blob"])
    for position, text in enumerate(("<h1>One</h1>", "<h1>Two</h1>"), 1):
        DeckPage.objects.create(
            version=version,
            position=position,
            page_id=f"0000000{position}",
            title=f"Page {position}",
            notes="Say hello.",
            sources=["https://example.org"],
            blob=Blob.objects.create(sha256=f"{position:064x}", text=text),
        )
    return version


def test_a_drawing_comes_with_the_document_that_shows_it() -> None:
    version = store(ArtifactKind.SVG, "<svg/>")
    body = browser(owner_of(version)).get(path_of(version)).json()
    assert body["content"] == "<svg/>"
    assert body["document"].startswith("<!doctype html>")
    assert (body["author"], body["parent"], body["title"]) == ("model", None, "It")


def test_a_deck_is_its_pages_and_each_is_fetched_apart() -> None:
    version = make_deck()
    client, path = browser(owner_of(version)), path_of(version)
    body = client.get(path).json()
    assert (body["content"], body["document"]) == (None, None)
    assert body["pages"][1] == {
        "id": "00000002",
        "position": 2,
        "title": "Page 2",
        "notes": "Say hello.",
        "sources": ["https://example.org"],
        "sha256": f"{2:064x}",
    }
    page = client.get(f"{path}/pages/00000002").json()
    assert page["content"] == "<h1>Two</h1>"
    assert page["document"].endswith("<h1>Two</h1>")
    assert client.get(f"{path}/pages/00000009").status_code == 404
    assert client.get(f"{path}/download").status_code == 404


def test_a_check_is_a_line_with_the_version_and_a_report_apart() -> None:
    version = store(ArtifactKind.HTML)
    client, path = browser(owner_of(version)), path_of(version)
    assert client.get(f"{path}/check").json()["error"]["code"] == "not_found"
    finding = Finding(code="overflow", severity=Severity.ERROR, message="Too wide.")
    report = CheckReport(state=CheckState.FAILED, findings=(finding,))
    version.check_report = report.model_dump(mode="json")
    version.save(update_fields=["check_report"])
    assert client.get(path).json()["check"]["text"] == "1 problem"
    assert CheckReport.model_validate(client.get(f"{path}/check").json()) == report


def test_nothing_of_it_is_another_persons() -> None:
    version = make_deck()
    version.check_report = CheckReport(state=CheckState.PASSED).model_dump(mode="json")
    version.save(update_fields=["check_report"])
    bob = browser(make_guest("Bob"))
    for path in ("", "/pages/00000001", "/check", "/download"):
        assert bob.get(path_of(version) + path).json()["error"]["code"] == "not_found"
