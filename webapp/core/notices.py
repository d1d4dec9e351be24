"""Small notices to the open pages of one person: "this conversation changed, ask again"."""

from uuid import UUID

import structlog
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction
from redis.exceptions import RedisError

from webapp.core.redis import hasty_redis_client

CONVERSATION_CHANGED = "conversation.changed"
log = structlog.get_logger(__name__)


def user_group(owner_id: UUID) -> str:
    """The channel-layer group that the sockets of one person join."""
    return f"user.{owner_id}"


def notify_conversation(owner_id: UUID, conversation_id: UUID) -> None:
    """Sends `{"type": "conversation.changed", "conversation": id}` when the transaction commits.

    A lost notice costs nothing but freshness, so a Redis that is away is only logged.
    """
    transaction.on_commit(lambda: _send(owner_id, conversation_id), robust=True)


def _send(owner_id: UUID, conversation_id: UUID) -> None:
    """Published by the client that is there, in the words of the channel layer: through its own
    asynchronous face every notice would take an event loop, and in a worker a new connection."""
    layer = get_channel_layer()
    if layer is None:
        return
    message = {"type": CONVERSATION_CHANGED, "conversation": str(conversation_id)}
    channel = f"{settings.NOTICE_PREFIX}__group__{user_group(owner_id)}"
    try:
        hasty_redis_client().publish(channel, layer.serialize(message))
    except (RedisError, OSError) as error:
        log.warning("notice_lost", conversation=str(conversation_id), error=str(error))
