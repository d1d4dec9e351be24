import asyncio
import json
import random
import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis import Redis

from engine.protocol.names import turn_stream
from webapp.core.redis import async_redis_client
from webapp.core.streams import StreamId, append_all
from webapp.realtime.event_frames import EventFrame
from webapp.realtime.send_window import WINDOW_BYTES
from webapp.realtime.stream_hub import (
    COALESCE_SECONDS,
    EAGER_READS,
    SLOW_CLIENT_SECONDS,
    StreamHub,
    Subscription,
)
from webapp.serving.embedded_redis import redis_command, wait_for_redis, write_configuration

NOTHING = StreamId(0, 0)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Reader:
    """A sink that remembers what it got and tells when it has enough."""

    def __init__(self) -> None:
        self.frames: list[EventFrame] = []
        self.gave_up = asyncio.Event()
        self.ended = asyncio.Event()
        self._changed = asyncio.Event()

    @property
    def ids(self) -> list[str]:
        return [str(frame.id) for frame in self.frames]

    def deliver(self, subscription: Subscription, frame: EventFrame) -> None:
        self.frames.append(frame)
        self._changed.set()
        if frame.is_terminal:
            self.ended.set()

    def give_up(self, subscription: Subscription) -> None:
        self.gave_up.set()

    async def wait_for(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.frames) < count:
                self._changed.clear()
                await self._changed.wait()


@pytest.fixture
async def hub(redis: Redis) -> AsyncIterator[StreamHub]:
    hub = StreamHub(async_redis_client)
    yield hub
    await hub.close()


def write(redis: Redis, turn: UUID, attempt: int, seqs: range, text: str = "x") -> None:
    event = json.dumps({"type": "text.delta", "text": text})
    rows = [(StreamId(attempt, seq), {"event": event}) for seq in seqs]
    append_all(redis, turn_stream(str(turn)), rows, begin=True)


def closed_by_hub(subscription: Subscription) -> None:
    while subscription.window.is_open:
        time.sleep(0.005)


def waits_in_a_read(redis: Redis) -> None:
    while not redis.info("clients")["blocked_clients"]:
        time.sleep(0.005)


def count_written(redis: Redis) -> int:
    """Entries of all streams so far."""
    calls: int = redis.info("commandstats")["cmdstat_xadd"]["calls"]
    return calls


def finish(redis: Redis, turn: UUID, id: StreamId) -> None:
    event = json.dumps({"type": "turn.finished", "usage": {}})
    append_all(redis, turn_stream(str(turn)), [(id, {"event": event})], begin=True)


async def test_a_reader_gets_what_is_there_and_what_comes_later(
    hub: StreamHub, redis: Redis
) -> None:
    turn, reader = uuid4(), Reader()
    write(redis, turn, 1, range(1, 4))
    hub.subscribe(turn, NOTHING, reader)
    await reader.wait_for(3)
    write(redis, turn, 1, range(4, 6))
    finish(redis, turn, StreamId(1, 6))
    async with asyncio.timeout(5):
        await reader.ended.wait()
    assert reader.ids == ["1-1", "1-2", "1-3", "1-4", "1-5", "1-6"]
    assert json.loads(reader.frames[0].text) == {
        "turn": str(turn),
        "id": "1-1",
        "type": "text.delta",
        "text": "x",
    }


async def test_readers_that_come_back_at_random_points_get_every_id_once(
    hub: StreamHub, redis: Redis
) -> None:
    turn = uuid4()
    total = 400
    expected = [f"1-{seq}" for seq in range(1, 201)] + [f"2-{seq}" for seq in range(1, 201)]

    async def reads_with_breaks(seed: int) -> list[str]:
        dice, after = random.Random(seed), NOTHING
        ids: list[str] = []
        while len(ids) < total:
            reader = Reader()
            subscription = hub.subscribe(turn, after, reader)
            await reader.wait_for(min(dice.randint(1, 90), total - len(ids)))
            hub.unsubscribe(subscription)
            ids.extend(reader.ids)
            after = reader.frames[-1].id
        return ids

    readers = [asyncio.create_task(reads_with_breaks(seed)) for seed in range(6)]
    for attempt in (1, 2):
        for first in range(1, 201, 25):
            await asyncio.to_thread(write, redis, turn, attempt, range(first, first + 25))
            await asyncio.sleep(0)
    for reader in readers:
        async with asyncio.timeout(20):
            assert await reader == expected


async def test_a_reader_that_never_acknowledges_gets_no_more_than_the_window(
    hub: StreamHub, redis: Redis
) -> None:
    turn, silent, honest = uuid4(), Reader(), Reader()
    total = 200
    write(redis, turn, 1, range(1, total + 1), text="y" * 8000)
    kept = hub.subscribe(turn, NOTHING, silent)
    good = hub.subscribe(turn, NOTHING, honest)
    for count in range(1, total + 1):
        await honest.wait_for(count)
        hub.acknowledge(good, honest.frames[count - 1].id)
    assert sum(frame.size_bytes for frame in silent.frames) <= WINDOW_BYTES
    assert kept.window.unacknowledged_bytes <= WINDOW_BYTES
    assert honest.ids == [f"1-{seq}" for seq in range(1, total + 1)]
    seen = len(silent.frames)
    hub.acknowledge(kept, silent.frames[-1].id)
    await silent.wait_for(seen + 1)
    assert silent.ids == honest.ids[: len(silent.ids)]


async def test_a_reader_whose_window_stays_full_is_given_up(redis: Redis) -> None:
    clock = Clock()
    hub = StreamHub(async_redis_client, clock=clock)
    turn, reader = uuid4(), Reader()
    write(redis, turn, 1, range(1, 50), text="z" * 20_000)
    subscription = hub.subscribe(turn, NOTHING, reader)
    await reader.wait_for(10)
    await reader.wait_for(WINDOW_BYTES // 20_200)
    async with asyncio.timeout(5):
        await asyncio.to_thread(closed_by_hub, subscription)
    assert not reader.gave_up.is_set()
    clock.now += SLOW_CLIENT_SECONDS
    async with asyncio.timeout(5):
        await reader.gave_up.wait()
    await hub.close()


async def test_a_new_reader_is_heard_while_the_hub_waits_for_another_turn(
    hub: StreamHub, redis: Redis
) -> None:
    quiet, loud, reader = uuid4(), uuid4(), Reader()
    hub.subscribe(quiet, NOTHING, Reader())
    write(redis, loud, 1, range(1, 2))
    await asyncio.sleep(0.1)
    begun = asyncio.get_running_loop().time()
    hub.subscribe(loud, NOTHING, reader)
    await reader.wait_for(1)
    assert asyncio.get_running_loop().time() - begun < 0.5


async def test_many_new_readers_end_a_read_with_one_word(hub: StreamHub, redis: Redis) -> None:
    hub.subscribe(uuid4(), NOTHING, Reader())
    await asyncio.to_thread(waits_in_a_read, redis)
    readers = {uuid4(): Reader() for _ in range(20)}
    for turn in readers:
        write(redis, turn, 1, range(1, 2))
    before = count_written(redis)
    for turn, reader in readers.items():
        hub.subscribe(turn, NOTHING, reader)
    for reader in readers.values():
        await reader.wait_for(1)
    assert count_written(redis) - before == 1


async def test_a_reader_that_comes_while_a_read_is_on_its_way_misses_no_beginning(
    hub: StreamHub, redis: Redis
) -> None:
    turn, first, second = uuid4(), Reader(), Reader()
    write(redis, turn, 1, range(1, 4))
    hub.subscribe(turn, NOTHING, first)
    await first.wait_for(3)
    async with asyncio.timeout(5):
        await asyncio.to_thread(waits_in_a_read, redis)
    # No pause in between: the answer to the waiting read begins after what `second` needs.
    write(redis, turn, 1, range(4, 6))
    hub.subscribe(turn, NOTHING, second)
    finish(redis, turn, StreamId(1, 6))
    async with asyncio.timeout(5):
        await first.ended.wait()
        await second.ended.wait()
    assert first.ids == second.ids == [f"1-{seq}" for seq in range(1, 7)]


async def test_an_entry_that_is_no_event_is_passed_over(hub: StreamHub, redis: Redis) -> None:
    turn, reader = uuid4(), Reader()
    stream = turn_stream(str(turn))
    append_all(redis, stream, [(StreamId(1, 1), {"event": "[]"})], begin=True)
    append_all(redis, stream, [(StreamId(1, 2), {"other": "1"})])
    write(redis, turn, 1, range(3, 4))
    hub.subscribe(turn, NOTHING, reader)
    await reader.wait_for(1)
    assert reader.ids == ["1-3"]


async def test_a_redis_that_restarts_costs_a_pause_and_no_event(
    settings: Any, tmp_path: Path
) -> None:
    socket = tmp_path / "redis.sock"
    settings.REDIS_URL = f"unix://{socket}"
    configuration = write_configuration(make_home(tmp_path), socket)
    server = start_server(configuration)
    hub, turn, reader = StreamHub(async_redis_client), uuid4(), Reader()
    try:
        assert await asyncio.to_thread(wait_for_redis, settings.REDIS_URL)
        with Redis.from_url(settings.REDIS_URL) as client:
            write(client, turn, 1, range(1, 101))
        hub.subscribe(turn, NOTHING, reader)
        await reader.wait_for(100)
        server.kill()
        server.wait()
        server = start_server(configuration)
        assert await asyncio.to_thread(wait_for_redis, settings.REDIS_URL)
        with Redis.from_url(settings.REDIS_URL) as client:
            write(client, turn, 1, range(101, 151))
        await reader.wait_for(150)
        assert reader.ids == [f"1-{seq}" for seq in range(1, 151)]
    finally:
        await hub.close()
        server.kill()
        server.wait()


def start_server(configuration: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(redis_command(configuration), stdout=subprocess.DEVNULL)


def make_home(folder: Path) -> Path:
    (folder / "run").mkdir()
    return folder


async def test_the_first_words_pass_at_once_and_a_long_answer_in_bundles(
    hub: StreamHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    clock = SimpleNamespace(monotonic=lambda: now)
    monkeypatch.setattr("webapp.realtime.stream_hub.time", clock)
    pauses = [hub._pause_seconds() for _ in range(EAGER_READS + 1)]
    assert pauses == pytest.approx([*[0.0] * EAGER_READS, COALESCE_SECONDS])
    now += (EAGER_READS + 1) * COALESCE_SECONDS
    assert hub._pause_seconds() == 0.0
