"""Subscriptions whose stream says nothing any more: their end is in the database."""

import json
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from channels.db import database_sync_to_async

from tests.factories import make_guest, make_turn
from webapp.conversations.services import delete_conversation
from webapp.core.errors import NotFound
from webapp.core.streams import StreamId
from webapp.generation.services import stop_turn
from webapp.realtime.commands import Subscribe
from webapp.realtime.stream_hub import Sink, StreamHub, Subscription
from webapp.realtime.subscriptions import Subscriptions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis")]


class LostHub:
    """A hub whose Redis has lost every stream, and has said nothing for long."""

    def subscribe(self, turn: UUID, after: StreamId, sink: Sink) -> Subscription:
        return Subscription(turn, after, sink, float("-inf"))

    def unsubscribe(self, _subscription: Subscription) -> None:
        """Nothing is read."""

    async def has_stream(self, _turn: UUID) -> bool:
        return False


async def test_a_deleted_conversation_keeps_no_other_turn_from_its_end() -> None:
    owner = await database_sync_to_async(make_guest)()
    gone, stopped = [await database_sync_to_async(make_turn)(owner) for _ in range(2)]
    sent: list[str] = []
    reads = Subscriptions(cast("StreamHub", LostHub()), owner, sent.append, lambda: None)
    for turn in (gone, stopped):
        await reads.subscribe(Subscribe(type="subscribe", turn=turn.pk))
    await database_sync_to_async(delete_conversation)(owner=owner, id=gone.conversation_id)
    await database_sync_to_async(stop_turn)(owner=owner, turn_id=stopped.pk)
    await reads.look_after_silent()
    frames: list[dict[str, Any]] = [json.loads(text) for text in sent]
    assert (frames[0]["turn"], frames[0]["code"]) == (str(gone.pk), "not_found")
    assert [frame["type"] for frame in frames[1:]] == ["turn.started", "turn.stopped"]
    assert {frame["turn"] for frame in frames[1:]} == {str(stopped.pk)}
    await reads.look_after_silent()
    assert len(sent) == len(frames)


async def test_what_was_begun_here_is_read_once_without_a_look_up() -> None:
    owner = await database_sync_to_async(make_guest)()
    reads = Subscriptions(cast("StreamHub", LostHub()), owner, lambda _: None, lambda: None)
    begun, stopped = uuid4(), uuid4()
    for turn in (begun, stopped):
        reads.expect(turn)
    reads.expect_no_more(stopped)
    await reads.subscribe(Subscribe(type="subscribe", turn=begun))
    for turn in (begun, stopped, uuid4()):
        with pytest.raises(NotFound):
            await reads.subscribe(Subscribe(type="subscribe", turn=turn))
