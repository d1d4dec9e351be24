"""The socket of the page: frames for administrators, an error and a close for everybody else."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from tests.database import closing_connections
from tests.factories import guest_cookies, make_administrator, make_guest, sign_in
from tests.webapp.workers.reports import report
from webapp.accounts.models import User
from webapp.realtime.consumers import CLOSE_FORBIDDEN_ORIGIN, CLOSE_SIGN_IN
from webapp.workers import consumers
from webapp.workers.consumers import WorkersConsumer
from webapp.workers.feed import WorkersFeed, read_frame_text

pytestmark = pytest.mark.django_db(transaction=True)
OWN = "http://127.0.0.1:8000"
FAST = 0.02
# The communicator keeps Channels from closing the connections of its threads.
READ = closing_connections(read_frame_text)


class Cookies:
    """Of a guest, of an administrator, of nobody."""

    @staticmethod
    def nobody() -> dict[str, str]:
        return {}

    @staticmethod
    def guest() -> dict[str, str]:
        return guest_cookies(make_guest())

    @staticmethod
    def administrator() -> dict[str, str]:
        client = sign_in(make_administrator())
        name = settings.SESSION_COOKIE_NAME
        return {name: client.cookies[name].value}


@asynccontextmanager
async def opened(
    feed: WorkersFeed, cookies: dict[str, str], origin: str = OWN
) -> AsyncIterator[WebsocketCommunicator]:
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = [
        (b"host", b"127.0.0.1:8000"),
        (b"origin", origin.encode()),
        (b"cookie", cookie.encode()),
    ]
    app = WorkersConsumer.as_asgi(feed=feed)
    socket = WebsocketCommunicator(app, "/ws/workers", headers=headers)
    connected, _ = await socket.connect(timeout=5)
    assert connected
    yield socket
    await socket.disconnect()


async def read(socket: WebsocketCommunicator) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(await socket.receive_from(timeout=5))
    return frame


async def read_refusal(socket: WebsocketCommunicator) -> tuple[str, int]:
    """The code of the error frame, and that of the close; frames before are skipped."""
    frame = await read(socket)
    while frame["type"] == "workers":
        frame = await read(socket)
    closed = await socket.receive_output(timeout=5)
    return frame["code"], closed["code"]


async def test_an_administrator_hears_of_every_worker_again_and_again(redis: Redis) -> None:
    report(redis)
    cookies = await database_sync_to_async(Cookies.administrator)()
    feed = WorkersFeed(READ, interval_seconds=FAST)
    async with opened(feed, cookies) as socket:
        await socket.send_to(text_data="x" * 10_000)
        first, second = await read(socket), await read(socket)
    assert [one["worker_id"] for one in first["workers"]] == ["w1"]
    assert first["workers"][0]["view_state"] == "ready"
    assert first["cluster"]["turns"] == {"queued": 0, "running": 0}
    assert second["at"] > first["at"]


@pytest.mark.parametrize("who", [Cookies.nobody, Cookies.guest])
async def test_others_get_one_error_and_are_closed(redis: Redis, who: Any) -> None:
    feed = WorkersFeed(lambda: "{}", interval_seconds=FAST)
    async with opened(feed, await database_sync_to_async(who)()) as socket:
        assert await read_refusal(socket) == ("sign_in_required", CLOSE_SIGN_IN)
    assert feed._task is None


async def test_a_page_of_another_site_hears_nothing_in_an_administrators_browser(
    redis: Redis,
) -> None:
    cookies = await database_sync_to_async(Cookies.administrator)()
    feed = WorkersFeed(lambda: "{}", interval_seconds=FAST)
    async with opened(feed, cookies, "http://evil.example") as socket:
        assert await read_refusal(socket) == ("forbidden_origin", CLOSE_FORBIDDEN_ORIGIN)
    assert feed._task is None


async def test_who_is_no_administrator_any_more_hears_no_more(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "CHECK_SECONDS", FAST)
    cookies = await database_sync_to_async(Cookies.administrator)()
    feed = WorkersFeed(READ, interval_seconds=FAST)
    async with opened(feed, cookies) as socket:
        await read(socket)
        await database_sync_to_async(User.objects.update)(is_staff=False)
        assert await read_refusal(socket) == ("sign_in_required", CLOSE_SIGN_IN)


async def test_one_reading_serves_all_who_watch_and_a_failed_one_is_made_again() -> None:
    readings = 0

    def look() -> str:
        nonlocal readings
        readings += 1
        if readings == 1:
            raise RedisError
        if readings == 2:
            raise RuntimeError("a fault of ours")
        return str(readings)

    feed = WorkersFeed(look, interval_seconds=FAST)
    heard: list[list[str]] = [[], []]
    enough = asyncio.Event()

    def hear_last(text: str) -> None:
        heard[1].append(text)
        enough.set()

    feed.watch(heard[0].append)
    feed.watch(hear_last)
    await asyncio.wait_for(enough.wait(), 5)
    feed.unwatch(heard[0].append)
    feed.unwatch(hear_last)
    assert heard[0] == heard[1] == ["3"]
    task = feed._task
    assert task is not None
    await asyncio.wait_for(task, 5)
    assert readings == 3
