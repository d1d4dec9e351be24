"""A person's edits over HTTP: versions of their own, merged, and never another person's."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.factories import guest_cookies, make_conversation, make_exchange, make_guest
from webapp.artifacts.changes.decks import (
    PageText,
    create_deck,
    insert_page,
    page_text,
    update_page,
)
from webapp.artifacts.changes.origin import Origin, find_base
from webapp.artifacts.changes.texts import edit_text
from webapp.artifacts.decks.themes import DEFAULT_THEME
from webapp.artifacts.models import ArtifactVersion
from webapp.artifacts.services import store_version
from webapp.artifacts.version_documents import content_of, pages_of
from webapp.conversations.models import Message
from webapp.core.events import ArtifactKind

pytestmark = pytest.mark.django_db
TEXT = "<h1>A</h1>\n<p>b</p>\n<p>c</p>\n"


class Desk:
    """Alice's browser before one artifact."""

    def __init__(self, version: ArtifactVersion) -> None:
        self.path = f"/api/artifacts/{version.artifact_id}"
        self.client = Client()
        self.client.cookies.load(guest_cookies(version.artifact.conversation.owner))

    def post(self, path: str, **body: Any) -> Any:
        address = f"{self.path}/{path}"
        response = self.client.post(address, json.dumps(body), content_type="application/json")
        return response.json()

    def edit(self, **body: Any) -> Any:
        return self.post("versions", **body)


@pytest.fixture
def place() -> Message:
    return make_exchange(make_conversation(make_guest()), "Make it", [])


def origin(place: Message) -> Origin:
    return Origin(conversation_id=place.conversation_id, message_id=place.pk, call=str(uuid4()))


@pytest.fixture
def desk(place: Message) -> Desk:
    """A page of three lines."""
    return Desk(
        store_version(
            message_id=place.pk,
            call="1.0",
            identifier="it",
            kind=ArtifactKind.HTML,
            title="It",
            content=TEXT,
        )
    )


@pytest.fixture
def deck(place: Message) -> Desk:
    """A deck of three pages, in version 4."""
    create_deck(origin(place), "deck", "Deck", DEFAULT_THEME, "")
    for name in "abc":
        text = PageText(title=name.upper(), content=f"<h1>{name}</h1>\n<p>x</p>\n<p>y</p>")
        change = insert_page(origin(place), "deck", "last", text)
    return Desk(change.version)


def newest(place: Message, identifier: str = "deck") -> ArtifactVersion:
    version = find_base(origin(place), identifier)
    assert version is not None
    return version


def titles(place: Message) -> list[str]:
    return [page.title for page in pages_of(newest(place))]


def model_edits(place: Message, old: str, new: str) -> None:
    edits = f"<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE"
    edit_text(origin(place), "it", edits)


def test_an_edit_is_a_version_of_the_persons(desk: Desk, place: Message) -> None:
    assert desk.edit(base=1, content="<h1>Mine</h1>") == {"number": 2}
    version = newest(place, "it")
    assert (version.author, version.parent, version.title) == ("person", 1, "It")
    assert version.message_id == place.pk
    assert version.call.startswith("person:")
    assert content_of(version) == "<h1>Mine</h1>"
    assert desk.edit(base=2, content="<h1>Mine</h1>") == {"number": 2}


def test_an_edit_of_an_older_version_is_merged(desk: Desk, place: Message) -> None:
    model_edits(place, "<h1>A</h1>", "<h1>Model</h1>")
    assert desk.edit(base=1, content=TEXT.replace("c</p>", "mine</p>")) == {"number": 3}
    assert content_of(newest(place, "it")) == "<h1>Model</h1>\n<p>b</p>\n<p>mine</p>\n"


def test_both_changed_the_same_line(desk: Desk, place: Message) -> None:
    model_edits(place, "<h1>A</h1>", "<h1>Model</h1>")
    answer = desk.edit(base=1, content=TEXT.replace("A", "Mine"))
    assert answer["error"] == {
        "code": "edit_conflict",
        "message": "Version 2 changed the same lines; choose which to keep.",
        "mine": "<h1>Mine</h1>\n",
        "theirs": "<h1>Model</h1>\n",
    }
    assert newest(place, "it").number == 2


def test_a_branch_that_the_base_is_not_on_is_left_alone(desk: Desk, place: Message) -> None:
    blue = make_exchange(place.conversation, "Blue", [], parent=place)
    red = make_exchange(place.conversation, "Red", [], parent=place)
    model_edits(blue, "<h1>A</h1>", "<h1>Blue</h1>")
    model_edits(red, "<h1>A</h1>", "<h1>Red</h1>")
    assert desk.edit(base=2, content="<h1>Sky</h1>") == {"number": 4}
    assert content_of(newest(blue, "it")) == "<h1>Sky</h1>"
    assert content_of(newest(red, "it")) == "<h1>Red</h1>\n<p>b</p>\n<p>c</p>\n"


def test_restoring_is_a_version_and_can_be_taken_back(desk: Desk, place: Message) -> None:
    model_edits(place, "<h1>A</h1>", "<h1>Two</h1>")
    assert desk.post("restore", number=1) == {"number": 3}
    assert (newest(place, "it").parent, newest(place, "it").author) == (1, "person")
    assert desk.post("restore", number=2) == {"number": 4}
    assert content_of(newest(place, "it")).startswith("<h1>Two</h1>")
    assert desk.post("restore", number=4) == {"number": 4}
    assert desk.post("restore", number=9)["error"]["code"] == "not_found"


def test_a_page_is_edited_and_all_others_stay(deck: Desk, place: Message) -> None:
    before = pages_of(newest(place))
    id = before[1].id
    assert deck.edit(base=4, page=id, content="<h1>B</h1>", title=" New ") == {"number": 5}
    after = pages_of(newest(place))
    assert (after[0], after[2]) == (before[0], before[2])
    assert (after[1].title, page_text(after[1])) == ("New", "<h1>B</h1>")
    assert deck.edit(base=5, page=id, notes="Slowly.") == {"number": 6}
    assert pages_of(newest(place))[1].notes == "Slowly."
    assert deck.edit(base=6, page=id, notes="Slowly.") == {"number": 6}


def test_a_page_that_the_model_changed_too_is_merged(deck: Desk, place: Message) -> None:
    id = pages_of(newest(place))[0].id
    edits = "<<<<<<< SEARCH\n<h1>a</h1>\n=======\n<h1>Model</h1>\n>>>>>>> REPLACE"
    update_page(origin(place), "deck", 1, None, PageText(edits=edits))
    mine = "<h1>a</h1>\n<p>x</p>\n<p>mine</p>"
    assert deck.edit(base=4, page=id, content=mine) == {"number": 6}
    text = page_text(pages_of(newest(place))[0])
    assert text == "<h1>Model</h1>\n<p>x</p>\n<p>mine</p>"
    conflict = deck.edit(base=4, page=id, content="<h1>Other</h1>\n<p>x</p>\n<p>y</p>")
    assert conflict["error"]["code"] == "edit_conflict"


def test_pages_are_ordered_and_removed(deck: Desk, place: Message) -> None:
    a, b, c = (page.id for page in pages_of(newest(place)))
    assert deck.edit(base=4, order=[c, a, b]) == {"number": 5}
    assert titles(place) == ["C", "A", "B"]
    insert_page(origin(place), "deck", 2, PageText(title="New", content="<p>n</p>"))
    assert deck.edit(base=5, order=[b, c]) == {"number": 7}
    assert titles(place) == ["B", "C", "New"]


def test_a_theme_by_name_and_by_tokens(deck: Desk, place: Message) -> None:
    assert deck.edit(base=4, theme="Ocean") == {"number": 5}
    assert newest(place).attributes["theme"]["name"] == "Ocean"
    assert deck.edit(base=5, theme={"radius": 0}) == {"number": 6}
    assert newest(place).attributes["theme"]["radius"] == 0
    names = [theme["name"] for theme in deck.client.get("/api/themes").json()["themes"]]
    assert "Ocean" in names


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"base": 4},
        {"base": "four", "content": "x"},
        {"base": 4, "content": "x"},
        {"base": 4, "page": "nine", "content": "x"},
        {"base": 4, "order": ["nine"]},
        {"base": 4, "theme": "unheard-of"},
        {"base": 4, "theme": "Ocean", "order": []},
        {"base": 4, "page": "x"},
        {"base": 4, "title": "x"},
        {"base": 4, "content": "x", "surprise": 1},
    ],
)
def test_what_makes_no_sense_is_refused(deck: Desk, place: Message, body: dict[str, Any]) -> None:
    assert deck.edit(**body)["error"]["code"] == "invalid_request"
    assert newest(place).number == 4


def test_texts_that_cannot_be_kept_are_refused(desk: Desk, place: Message) -> None:
    for content in ("", " ", "x" * (2 * 1024 * 1024 + 1), "a\0b"):
        assert desk.edit(base=1, content=content)["error"]["code"] == "invalid_request"
    assert desk.edit(base=9, content="x")["error"]["code"] == "not_found"
    assert desk.edit(base=1, page="x", content="x")["error"]["code"] == "invalid_request"
    large = "é" * (1024 * 1024)
    assert desk.edit(base=1, content=large) == {"number": 2}


def test_nobody_changes_what_is_another_persons(deck: Desk) -> None:
    deck.client.cookies.load(guest_cookies(make_guest("Bob")))
    assert deck.edit(base=4, theme="Ocean")["error"]["code"] == "not_found"
    assert deck.post("restore", number=1)["error"]["code"] == "not_found"
    assert ArtifactVersion.objects.count() == 4
