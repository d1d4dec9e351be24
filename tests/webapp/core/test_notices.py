"""Notices: small, on commit, to the owner's sockets only."""

import asyncio
from uuid import uuid4

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from redis import Redis

from webapp.core.notices import notify_conversation, user_group


async def test_the_owners_sockets_hear_of_a_change(transactional_db: None, redis: Redis) -> None:
    owner, conversation = uuid4(), uuid4()
    layer = get_channel_layer()
    hers, his = await layer.new_channel(), await layer.new_channel()
    await layer.group_add(user_group(owner), hers)
    await layer.group_add(user_group(uuid4()), his)
    await database_sync_to_async(notify_conversation)(owner, conversation)
    async with asyncio.timeout(5):
        message = await layer.receive(hers)
    assert message == {"type": "conversation.changed", "conversation": str(conversation)}
    await layer.flush()
