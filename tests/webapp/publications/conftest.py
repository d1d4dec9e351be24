from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.factories import guest_cookies, make_conversation, make_exchange, make_guest
from webapp.accounts.models import User
from webapp.artifacts.models import ArtifactVersion, Blob, DeckPage
from webapp.artifacts.services import store_version
from webapp.core.events import ArtifactKind


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: object) -> Path:
    """A data folder for each test."""
    settings.ATELIER_HOME = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def browser(user: User) -> Client:
    """The browser of a person."""
    client = Client()
    client.cookies.load(guest_cookies(user))
    return client


def owner_of(version: ArtifactVersion) -> User:
    """Whose it is."""
    return version.artifact.conversation.owner


def store(kind: ArtifactKind = ArtifactKind.HTML, content: str | None = "<p>x") -> ArtifactVersion:
    """A version of a new guest."""
    answer = make_exchange(make_conversation(make_guest()), "Make it", [])
    return store_version(
        message_id=answer.pk, call="1.0", identifier="it", kind=kind, title="It", content=content
    )


def store_deck(*texts: str) -> ArtifactVersion:
    """A deck with these pages and notes."""
    version = store(ArtifactKind.DECK, None)
    for position, text in enumerate(texts, start=1):
        DeckPage.objects.create(
            version=version,
            position=position,
            page_id=f"0000000{position}",
            title=f"Page {position}",
            notes="A private note",
            blob=Blob.objects.create(sha256=sha256(text.encode()).hexdigest(), text=text),
        )
    return version


def publish(version: ArtifactVersion, visibility: str = "link") -> dict[str, Any]:
    """What the server answers to its owner."""
    path = f"/api/artifacts/{version.artifact_id}/versions/{version.number}/publication"
    answer = browser(owner_of(version)).post(
        path, {"visibility": visibility}, content_type="application/json"
    )
    assert answer.status_code == 201, answer.content
    body: dict[str, Any] = answer.json()
    return body
