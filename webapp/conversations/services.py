"""Writing conversations and messages."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from engine.protocol import ErrorCode
from webapp.accounts.models import User
from webapp.conversations.models import Conversation, Message, MessageRole
from webapp.conversations.selectors import get_conversation
from webapp.conversations.titles import TITLE_MAX_CHARACTERS, title_from_text
from webapp.core.errors import InvalidInput, NotFound
from webapp.core.events import PARTS, Part, TextPart
from webapp.core.notices import notify_conversation

KEPT_AFTER_DELETION = timedelta(days=7)


def dump_parts(parts: list[Part]) -> list[dict[str, object]]:
    """Parts as they stand in the database."""
    dumped: list[dict[str, object]] = PARTS.dump_python(parts, mode="json")
    return dumped


def create_conversation(*, owner: User, first_text: str) -> Conversation:
    """A new conversation, named after the first words of its first message."""
    conversation = Conversation.objects.create(
        owner=owner, title=title_from_text(first_text), updated_at=timezone.now()
    )
    notify_conversation(owner.pk, conversation.pk)
    return conversation


def touch_conversation(*, owner_id: UUID, id: UUID) -> None:
    """Puts the owner's conversation at the top of the list and tells their other pages."""
    Conversation.objects.filter(pk=id).update(updated_at=timezone.now())
    notify_conversation(owner_id, id)


def add_user_message(*, conversation: Conversation, parent: Message | None, text: str) -> Message:
    """A message of the person, after `parent`."""
    return Message.objects.create(
        conversation=conversation,
        parent=parent,
        role=MessageRole.USER,
        parts=dump_parts([TextPart(text=text)]),
    )


def add_assistant_message(*, parent: Message) -> Message:
    """An empty answer to the user message `parent`."""
    return Message.objects.create(
        conversation_id=parent.conversation_id, parent=parent, role=MessageRole.ASSISTANT, parts=[]
    )


@transaction.atomic
def rename_conversation(*, owner: User, id: UUID, title: str) -> Conversation:
    """Gives the conversation a title. Raises NotFound, or InvalidInput for an empty title."""
    conversation = get_conversation(owner=owner, id=id)
    clean = " ".join(title.split())
    if not clean or len(clean) > TITLE_MAX_CHARACTERS:
        raise InvalidInput(
            ErrorCode.INVALID_REQUEST, f"A title has 1 to {TITLE_MAX_CHARACTERS} characters."
        )
    conversation.title = clean
    conversation.save(update_fields=["title"])
    notify_conversation(owner.pk, conversation.pk)
    return conversation


@transaction.atomic
def delete_conversation(*, owner: User, id: UUID) -> None:
    """Hides the conversation; it can be restored for seven days. Raises NotFound."""
    conversation = get_conversation(owner=owner, id=id)
    conversation.deleted_at = timezone.now()
    conversation.save(update_fields=["deleted_at"])
    notify_conversation(owner.pk, conversation.pk)


@transaction.atomic
def restore_conversation(*, owner: User, id: UUID) -> Conversation:
    """Takes a deletion back; does nothing to a conversation that is not deleted.

    Raises NotFound if it is gone or another person's.
    """
    conversation = Conversation.objects.filter(owner=owner, pk=id).first()
    if conversation is None:
        raise NotFound
    conversation.deleted_at = None
    conversation.save(update_fields=["deleted_at"])
    notify_conversation(owner.pk, conversation.pk)
    return conversation


def purge_deleted_conversations() -> int:
    """Removes what was deleted more than seven days ago; returns how many conversations."""
    oldest = timezone.now() - KEPT_AFTER_DELETION
    doomed = Conversation.objects.filter(deleted_at__lt=oldest)
    count = doomed.count()
    if count:
        doomed.delete()
    return count
