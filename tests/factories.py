"""People, conversations and turns for tests, made by the product's own services."""

from uuid import UUID, uuid4

from django.test import Client

from webapp.accounts.guests import GUEST_COOKIE, sign_guest
from webapp.accounts.models import User
from webapp.conversations.models import Conversation, Message
from webapp.conversations.services import (
    add_assistant_message,
    add_user_message,
    create_conversation,
    dump_parts,
)
from webapp.core.events import Part
from webapp.generation.models import Turn
from webapp.generation.services import start_turn


def make_guest(name: str = "Alice") -> User:
    """A guest of this name."""
    guest = User.objects.create_guest()
    guest.name = name
    guest.save(update_fields=["name"])
    return guest


def guest_cookies(user: User) -> dict[str, str]:
    """The cookies of the guest's browser."""
    return {GUEST_COOKIE: sign_guest(user)}


def make_administrator(email: str = "root@example.org") -> User:
    """An administrator, whose password nobody knows."""
    return User.objects.create_superuser(email)


def sign_in(user: User) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    client.force_login(user)
    return client


def make_conversation(owner: User, text: str = "Hello there") -> Conversation:
    """An empty conversation named after `text`."""
    return create_conversation(owner=owner, first_text=text)


def make_exchange(
    conversation: Conversation, text: str, parts: list[Part], parent: Message | None = None
) -> Message:
    """A user message and its answer; returns the answer."""
    asked = add_user_message(conversation=conversation, parent=parent, text=text)
    answer = add_assistant_message(parent=asked)
    answer.parts = dump_parts(parts)
    answer.save(update_fields=["parts"])
    return answer


def make_turn(owner: User, text: str = "Make a game", conversation: UUID | None = None) -> Turn:
    """A queued turn."""
    return start_turn(owner=owner, request_key=uuid4(), text=text, conversation=conversation)
