"""Conversations: titles, the tree, rename, delete and undo."""

from uuid import uuid4

import pytest

from tests.factories import make_conversation, make_exchange, make_guest
from webapp.conversations.selectors import (
    get_conversation,
    get_message,
    list_conversations,
    list_messages,
    list_path,
)
from webapp.conversations.services import (
    delete_conversation,
    rename_conversation,
    restore_conversation,
    touch_conversation,
)
from webapp.conversations.titles import TITLE_CHARACTERS, title_from_text
from webapp.core.errors import InvalidInput, NotFound
from webapp.core.events import TextPart

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Make a game", "Make a game"),
        ("\n\n  Make   a\tgame \nplease", "Make a game"),
        (" \n ", "New chat"),
        ("word " * 40, "word word word word word word word word word word word word…"),
        ("x" * 500, "x" * TITLE_CHARACTERS + "…"),
    ],
)
def test_a_title_is_the_first_words(text: str, title: str) -> None:
    assert title_from_text(text) == title


def test_the_list_is_newest_first_and_ones_own() -> None:
    alice, bob = make_guest("Alice"), make_guest("Bob")
    first, second = make_conversation(alice), make_conversation(alice)
    make_conversation(bob)
    assert list(list_conversations(owner=alice)) == [second, first]
    touch_conversation(owner_id=alice.pk, id=first.pk)
    assert list(list_conversations(owner=alice)) == [first, second]


def test_a_path_leaves_other_branches_out() -> None:
    conversation = make_conversation(make_guest())
    first = make_exchange(conversation, "one", [TextPart(text="1")])
    second = make_exchange(conversation, "two", [TextPart(text="2")], parent=first)
    make_exchange(conversation, "other", [TextPart(text="3")], parent=first)
    path = list_path(conversation_id=conversation.pk, leaf_id=second.pk)
    assert [message.parts[0]["text"] for message in path] == ["one", "1", "two", "2"]
    assert len(list_messages(conversation=conversation)) == 6


def test_deleted_is_not_found_until_it_is_restored() -> None:
    alice = make_guest()
    conversation = make_conversation(alice)
    message = make_exchange(conversation, "one", [])
    delete_conversation(owner=alice, id=conversation.pk)
    with pytest.raises(NotFound):
        get_conversation(owner=alice, id=conversation.pk)
    with pytest.raises(NotFound):
        get_message(owner=alice, id=message.pk)
    with pytest.raises(NotFound):
        delete_conversation(owner=alice, id=conversation.pk)
    restore_conversation(owner=alice, id=conversation.pk)
    assert get_message(owner=alice, id=message.pk) == message


@pytest.mark.parametrize("title", ["", "  ", "x" * 201])
def test_a_title_that_nobody_can_read_is_refused(title: str) -> None:
    alice = make_guest()
    conversation = make_conversation(alice)
    with pytest.raises(InvalidInput):
        rename_conversation(owner=alice, id=conversation.pk, title=title)


def test_nothing_of_alice_exists_for_bob() -> None:
    alice, bob = make_guest("Alice"), make_guest("Bob")
    conversation = make_conversation(alice)
    message = make_exchange(conversation, "one", [])
    with pytest.raises(NotFound):
        get_conversation(owner=bob, id=conversation.pk)
    with pytest.raises(NotFound):
        get_message(owner=bob, id=message.pk)
    with pytest.raises(NotFound):
        rename_conversation(owner=bob, id=conversation.pk, title="Mine")
    with pytest.raises(NotFound):
        delete_conversation(owner=bob, id=conversation.pk)
    with pytest.raises(NotFound):
        restore_conversation(owner=bob, id=conversation.pk)
    with pytest.raises(NotFound):
        restore_conversation(owner=alice, id=uuid4())
