"""What the model is told of the things in a chat: enough to know what to read, and no more."""

import pytest

from tests.factories import make_conversation, make_exchange, make_guest
from webapp.artifacts.changes.decks import PageText, create_deck, insert_page
from webapp.artifacts.changes.origin import Origin
from webapp.artifacts.decks.themes import parse_theme
from webapp.artifacts.models import Author
from webapp.artifacts.overview import MOST_CHARACTERS, describe_artifacts
from webapp.artifacts.services import store_version
from webapp.conversations.models import Message
from webapp.core.events import ArtifactKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Message:
    return make_exchange(make_conversation(make_guest()), "Make it", [])


def store(
    place: Message, call: str, identifier: str = "game", author: Author = Author.MODEL
) -> None:
    store_version(
        message_id=place.pk,
        call=call,
        identifier=identifier,
        kind=ArtifactKind.HTML,
        title="Game",
        content="<p>1</p>\n<p>2</p>\n",
        author=author,
    )


def test_each_thing_is_a_line_in_its_newest_version(place: Message) -> None:
    store(place, "1.0")
    store(place, "person:1", author=Author.PERSON)
    origin = Origin(conversation_id=place.conversation_id, message_id=place.pk, call="2.0")
    create_deck(origin, "bees", "Bees", parse_theme("Ocean"), "")
    origin = Origin(conversation_id=place.conversation_id, message_id=place.pk, call="2.1")
    change = insert_page(origin, "bees", "last", PageText(title="Hive", content="<p>x</p>"))
    assert describe_artifacts(message_ids=[place.pk]).split("\n")[1:] == [
        f'- bees: deck "Bees", version 2, theme Ocean, 1 page: 1 Hive ({change.pages[0].id})',
        '- game: html "Game", version 2, edited by the person, 2 lines',
    ]


def test_where_nothing_was_made_nothing_is_told(place: Message) -> None:
    assert describe_artifacts(message_ids=[place.pk]) == ""
    store(place, "1.0")
    other = make_exchange(place.conversation, "Else", [])
    assert describe_artifacts(message_ids=[other.pk]) == ""


def test_very_many_things_are_not_all_told(place: Message) -> None:
    for number in range(100):
        store(place, f"{number}.0", f"a-thing-with-a-rather-long-name-{number}")
    told = describe_artifacts(message_ids=[place.pk])
    assert len(told) < MOST_CHARACTERS + 200
    assert "name-99" in told
    assert "name-1:" not in told
