import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from engine.protocol import ErrorCode
from engine.protocol.names import engine_end_thinking_key, turn_stop_key, turn_stream
from webapp.accounts.guests import GUEST_COOKIE, sign_guest
from webapp.accounts.models import User
from webapp.core.notices import notify_conversation
from webapp.core.redis import async_redis_client
from webapp.core.streams import StreamId, append_all
from webapp.generation.models import Generation, Turn, TurnState
from webapp.realtime.commands import MAX_FRAME_BYTES
from webapp.realtime.consumers import TurnConsumer
from webapp.realtime.stream_hub import StreamHub
from webapp.realtime.subscriptions import MAX_SUBSCRIPTIONS

pytestmark = pytest.mark.django_db(transaction=True)
OWN = "http://127.0.0.1:8000"
Frame = dict[str, Any]


class Page:
    """A tab: sends commands and reads frames."""

    def __init__(self, communicator: WebsocketCommunicator) -> None:
        self._communicator = communicator

    async def send(self, **command: Any) -> None:
        await self._communicator.send_to(text_data=json.dumps(command))

    async def send_raw(self, text: str | None = None, data: bytes | None = None) -> None:
        await self._communicator.send_to(text_data=text, bytes_data=data)

    async def read(self) -> Frame:
        frame: Frame = json.loads(await self._communicator.receive_from(timeout=5))
        return frame

    async def read_until(self, type: str) -> list[Frame]:
        frames = [await self.read()]
        while frames[-1]["type"] != type:
            frames.append(await self.read())
        return frames

    async def ask(self, **command: Any) -> Frame:
        await self.send(**command)
        return await self.read()

    async def read_any(self) -> dict[str, Any]:
        message: dict[str, Any] = await self._communicator.receive_output(timeout=5)
        return message

    async def close_code(self) -> int:
        message = await self._communicator.receive_output(timeout=5)
        assert message["type"] == "websocket.close"
        code: int = message["code"]
        return code


OpenPage = Callable[..., Any]


@pytest.fixture
async def open_page(redis: Redis) -> AsyncIterator[OpenPage]:
    hub = StreamHub(async_redis_client)
    app = TurnConsumer.as_asgi(hub=hub)

    @asynccontextmanager
    async def open_page(user: User | None, origin: str | None = OWN) -> AsyncIterator[Page]:
        headers = [(b"host", b"127.0.0.1:8000")]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        if user is not None:
            headers.append((b"cookie", f"{GUEST_COOKIE}={sign_guest(user)}".encode()))
        communicator = WebsocketCommunicator(app, "/ws", headers=headers)
        connected, _ = await communicator.connect(timeout=5)
        assert connected
        yield Page(communicator)
        await communicator.disconnect()

    yield open_page
    await hub.close()
    layer = get_channel_layer()
    assert layer is not None
    await layer.flush()


@pytest.fixture
async def alice() -> User:
    return await make_guest()


async def make_guest() -> User:
    make: Callable[[], Awaitable[User]] = database_sync_to_async(User.objects.create_guest)
    return await make()


async def start(page: Page, text: str = "Hello", **fields: Any) -> Frame:
    request = str(uuid4())
    await page.send(type="turn.start", request=request, text=text, **fields)
    return (await page.read_until("turn.accepted"))[-1]


def write_events(redis: Redis, turn: str, ids: list[StreamId], last: str | None = None) -> None:
    events = [{"type": "text.delta", "text": str(id)} for id in ids]
    if last is not None:
        events[-1] = {"type": last, "usage": {}}  # type: ignore[dict-item]
    rows = [(id, {"event": json.dumps(event)}) for id, event in zip(ids, events, strict=True)]
    append_all(redis, turn_stream(turn), rows, begin=True)


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:8001"])
async def test_a_foreign_origin_is_told_and_closed(
    open_page: OpenPage, alice: User, origin: str | None
) -> None:
    async with open_page(alice, origin=origin) as page:
        assert (await page.read())["code"] == "forbidden_origin"
        assert await page.close_code() == 4403


async def test_a_stranger_and_a_forged_cookie_are_asked_to_sign_in(open_page: OpenPage) -> None:
    for user in (None, User(pk=uuid4())):
        async with open_page(user) as page:
            assert (await page.read())["code"] == "sign_in_required"
            assert await page.close_code() == 4401


async def test_a_turn_is_accepted_once_and_its_events_arrive_in_order(
    open_page: OpenPage, alice: User, redis: Redis
) -> None:
    async with open_page(alice) as page:
        request = str(uuid4())
        command = {"type": "turn.start", "request": request, "text": "Make a game"}
        await page.send(**command)
        accepted = (await page.read_until("turn.accepted"))[-1]
        await page.send(**command)
        again = (await page.read_until("turn.accepted"))[-1]
        assert again == accepted
        assert accepted["request"] == request
        assert await database_sync_to_async(Turn.objects.count)() == 1
        await page.send(type="subscribe", turn=accepted["turn"], after=None)
        ids = [StreamId(1, seq) for seq in range(1, 6)]
        write_events(redis, accepted["turn"], ids, last="turn.finished")
        frames = [f for f in await page.read_until("turn.finished") if f["type"] != "notice"]
        assert [frame["id"] for frame in frames] == [str(id) for id in ids]
        assert {frame["turn"] for frame in frames} == {accepted["turn"]}


async def test_a_second_tab_resumes_after_the_last_id_it_knows(
    open_page: OpenPage, alice: User, redis: Redis
) -> None:
    async with open_page(alice) as first, open_page(alice) as second:
        turn = (await start(first))["turn"]
        ids = [StreamId(1, seq) for seq in range(1, 9)]
        write_events(redis, turn, ids, last="turn.finished")
        await second.send(type="subscribe", turn=turn, after="1-5")
        frames = await second.read_until("turn.finished")
        events = [frame["id"] for frame in frames if "id" in frame]
        assert events == ["1-6", "1-7", "1-8"]


async def test_the_end_of_a_turn_whose_stream_has_expired_comes_from_the_database(
    open_page: OpenPage, alice: User, redis: Redis
) -> None:
    async with open_page(alice) as page:
        turn = (await start(page))["turn"]
        await page.send(type="turn.stop", turn=turn)
        await page.send(type="ping")
        await page.read_until("pong")
        row = await database_sync_to_async(Turn.objects.get)(pk=turn)
        assert row.state == TurnState.STOPPED
        redis.delete(turn_stream(turn))
        await page.send(type="subscribe", turn=turn, after=None)
        frames = [f for f in await page.read_until("turn.stopped") if "id" in f]
        assert [frame["type"] for frame in frames] == ["turn.started", "turn.stopped"]
        assert frames[-1]["id"] == row.last_event_id


async def test_a_running_turn_is_stopped_by_its_flag(
    open_page: OpenPage, alice: User, redis: Redis
) -> None:
    async with open_page(alice) as page:
        turn = (await start(page))["turn"]
        rows = Turn.objects.filter(pk=turn)
        await database_sync_to_async(rows.update)(state=TurnState.RUNNING, attempt=1)
        await page.send(type="turn.stop", turn=turn)
        await page.send(type="ping")
        await page.read_until("pong")
        assert redis.exists(turn_stop_key(turn))


async def test_what_belongs_to_somebody_else_does_not_exist(
    open_page: OpenPage, alice: User
) -> None:
    mallory = await make_guest()
    async with open_page(alice) as page:
        hers = await start(page)
    async with open_page(mallory) as page:
        for command in (
            {"type": "subscribe", "turn": hers["turn"]},
            {"type": "turn.stop", "turn": hers["turn"]},
            {"type": "turn.skip_thinking", "turn": hers["turn"]},
            {"type": "turn.skip_thinking", "turn": str(uuid4())},
            {"type": "turn.start", "conversation": hers["conversation"], "text": "x"},
            {"type": "turn.start", "parent": hers["assistant_message"], "text": "x"},
            {"type": "turn.start", "user_message": hers["user_message"]},
        ):
            if command["type"] == "turn.start":
                command["request"] = str(uuid4())
            answer = await page.ask(**command)
            assert (answer["type"], answer["code"]) == ("error", "not_found"), command
            assert answer["turn"] == command.get("turn")
            assert answer["request"] == command.get("request")
    assert await database_sync_to_async(Turn.objects.count)() == 1


async def test_bad_messages_are_refused_with_their_request_and_store_nothing(
    open_page: OpenPage, alice: User
) -> None:
    async with open_page(alice) as page:
        for text, code in (("", "message_empty"), (" \n", "message_empty")):
            request = str(uuid4())
            answer = await page.ask(type="turn.start", request=request, text=text)
            assert (answer["code"], answer["request"]) == (code, request)
        long = await page.ask(type="turn.start", request=str(uuid4()), text="x" * 32_001)
        assert long["code"] == "message_too_long"
        request = str(uuid4())
        large = await page.ask(type="turn.start", request=request, text="x" * MAX_FRAME_BYTES)
        assert (large["code"], large["request"]) == ("frame_too_large", request)
        assert (await page.ask(type="ping")) == {"type": "pong"}
    assert await database_sync_to_async(Turn.objects.count)() == 0


async def test_binary_frames_are_refused_and_the_socket_goes_on(
    open_page: OpenPage, alice: User
) -> None:
    async with open_page(alice) as page:
        await page.send_raw(data=b"\x00\xff")
        assert (await page.read())["code"] == "malformed_frame"
        assert (await page.ask(type="ping")) == {"type": "pong"}


HOSTILE = st.text(min_size=1, max_size=200) | st.dictionaries(
    st.sampled_from(["type", "turn", "request", "after", "id", "text", "thinking"]),
    st.sampled_from(["subscribe", "ack", "unsubscribe", "turn.stop", "turn.skip_thinking", "1-1"])
    | st.uuids().map(str)
    | st.integers()
    | st.lists(st.none(), max_size=2)
    | st.text(max_size=20),
).map(json.dumps)


async def test_no_frame_breaks_the_socket(open_page: OpenPage, alice: User) -> None:
    frames: list[str] = []

    @settings(max_examples=60, database=None, suppress_health_check=list(HealthCheck))
    @given(HOSTILE)
    def collect(frame: str) -> None:
        frames.append(frame)

    collect()
    async with open_page(alice) as page:
        for frame in frames[:60]:
            await page.send_raw(frame)
        await page.send(type="ping")
        answers = await page.read_until("pong")
    codes = {answer["code"] for answer in answers if answer["type"] == "error"}
    assert codes <= set(ErrorCode)


async def test_one_socket_reads_a_bounded_number_of_turns(
    open_page: OpenPage, alice: User, redis: Redis
) -> None:
    async with open_page(alice) as page:
        mine = Turn.objects.filter(owner=alice)
        turns = []
        for _ in range(MAX_SUBSCRIPTIONS + 1):
            turns.append((await start(page))["turn"])
            # So many at once would be refused by another rule.
            await database_sync_to_async(mine.update)(state=TurnState.FINISHED)
        await database_sync_to_async(mine.update)(state=TurnState.QUEUED)
        for turn in turns:
            await page.send(type="subscribe", turn=turn)
        await page.send(type="ping")
        answers = await page.read_until("pong")
        errors = [(a["code"], a["turn"]) for a in answers if a["type"] == "error"]
        assert errors == [("rate_limited", turns[-1])]


async def test_a_flood_of_commands_is_refused_and_in_the_end_closed(
    open_page: OpenPage, alice: User
) -> None:
    async with open_page(alice) as page:
        for _ in range(500):
            await page.send(type="ping")
        codes, message = set(), await page.read_any()
        while message["type"] != "websocket.close":
            codes.add(json.loads(message["text"]).get("code"))
            message = await page.read_any()
        assert codes == {None, "rate_limited"}
        assert message["code"] == 4429


async def test_a_page_hears_that_a_conversation_of_its_person_changed(
    open_page: OpenPage, alice: User
) -> None:
    bob = await make_guest()
    async with open_page(alice) as hers, open_page(bob) as his:
        other, own = uuid4(), uuid4()
        await asyncio.sleep(0.2)
        await database_sync_to_async(notify_conversation)(bob.pk, other)
        await database_sync_to_async(notify_conversation)(alice.pk, own)
        assert await hers.read() == {"type": "notice", "conversation": str(own)}
        assert await his.read() == {"type": "notice", "conversation": str(other)}


async def test_the_thinking_of_a_running_turn_is_skipped_by_its_flag(
    open_page: OpenPage, alice: User, redis: Redis
) -> None:
    async with open_page(alice) as page:
        turn = (await start(page))["turn"]
        rows = Turn.objects.filter(pk=turn)
        await database_sync_to_async(rows.update)(state=TurnState.RUNNING, attempt=1)
        generation = await database_sync_to_async(Generation.objects.create)(
            turn_id=turn, ordinal=1
        )
        await page.send(type="turn.skip_thinking", turn=turn)
        await page.send(type="ping")
        answers = await page.read_until("pong")
        assert "error" not in {answer["type"] for answer in answers}
        assert redis.exists(engine_end_thinking_key(str(generation.request_id)))
        assert not redis.exists(turn_stop_key(turn))
