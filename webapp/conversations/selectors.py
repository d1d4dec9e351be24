"""Reading conversations; every query names the owner."""

from uuid import UUID

from django.db.models import QuerySet

from webapp.accounts.models import User
from webapp.conversations.models import Conversation, Message
from webapp.core.errors import NotFound
from webapp.core.parameters import id_parameter

# Written out: every first token waits for it, and the ORM takes longer to say than SQLite to do it.
_MESSAGES = "SELECT * FROM conversations_message WHERE conversation_id = %s"


def list_conversations(*, owner: User) -> QuerySet[Conversation]:
    """The owner's conversations, the last changed first, without deleted ones."""
    rows = Conversation.objects.filter(owner=owner, deleted_at=None)
    return rows.order_by("-updated_at", "-created_at")


def get_conversation(*, owner: User, id: UUID) -> Conversation:
    """The owner's conversation. Raises NotFound if it is not there, deleted or another's."""
    conversation = list_conversations(owner=owner).filter(pk=id).first()
    if conversation is None:
        raise NotFound
    return conversation


def get_message(*, owner: User, id: UUID) -> Message:
    """A message in a conversation of the owner. Raises NotFound as `get_conversation` does."""
    rows = Message.objects.select_related("conversation")
    message = rows.filter(pk=id, conversation__owner=owner, conversation__deleted_at=None).first()
    if message is None:
        raise NotFound
    return message


def list_messages(*, conversation: Conversation) -> list[Message]:
    """All messages of the tree, oldest first, parents before children."""
    return list(Message.objects.filter(conversation=conversation).order_by("created_at", "id"))


def list_path(*, conversation_id: UUID, leaf_id: UUID) -> list[Message]:
    """The messages from the root to the one with the id `leaf_id`. Raises KeyError if that is not
    of this conversation."""
    by_id = {row.pk: row for row in Message.objects.raw(_MESSAGES, [id_parameter(conversation_id)])}
    path = [by_id[leaf_id]]
    while path[-1].parent_id is not None:
        path.append(by_id[path[-1].parent_id])
    return path[::-1]


def list_path_ids(*, message_id: UUID) -> list[UUID]:
    """Ids of the messages from `message_id` up to the root; empty if it is not there."""
    place = Message.objects.filter(pk=message_id).values("conversation_id")
    rows = Message.objects.filter(conversation_id__in=place)
    parents = dict(rows.values_list("pk", "parent_id"))
    path: list[UUID] = []
    step: UUID | None = message_id if message_id in parents else None
    while step is not None:
        path.append(step)
        step = parents[step]
    return path
