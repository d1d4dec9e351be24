"""The one reader of turn streams in a web process, and its subscriptions.

A single task reads all watched streams with one blocking XREAD and hands every entry to each
subscription that has not had it. A subscription has a cursor and a send window, and nothing is
kept for it here: whoever falls behind is left out, and Redis is read again from its own cursor when
its window opens. Replay, resumption and live events are thus one code path, and each subscription
gets every id above its `after` once, in order.

Knows no socket and no database. Must be used from one event loop.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, cast
from uuid import UUID, uuid4

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from engine.protocol.names import turn_stream
from webapp.core.streams import StreamId, parse_stream_id
from webapp.realtime.background_tasks import end_tasks
from webapp.realtime.event_frames import EventFrame, encode_event
from webapp.realtime.send_window import SendWindow

COALESCE_SECONDS = 0.02
# So many reads may follow each other without a pause, once it was quiet for that many pauses.
EAGER_READS = 4
SLOW_CLIENT_SECONDS = 30.0
READ_COUNT = 500
BLOCK_MS = 1000
CONTROL_TTL_SECONDS = 600
FIRST_BACKOFF_SECONDS = 0.05
LAST_BACKOFF_SECONDS = 2.0
log = structlog.get_logger(__name__)

Rows = list[tuple[str, Mapping[str, str]]]


class Sink(Protocol):
    """Where a subscription's frames go. Neither call may block."""

    def deliver(self, subscription: "Subscription", frame: EventFrame) -> None:
        """Take the next event; after a terminal one the subscription has ended."""

    def give_up(self, subscription: "Subscription") -> None:
        """The window has been full for too long; the subscription has ended."""


class Subscription:
    """One reader of one turn."""

    def __init__(self, turn: UUID, after: StreamId, sink: Sink, now: float) -> None:
        self.turn = turn
        self.cursor = after
        self.sink = sink
        self.window = SendWindow()
        self.heard_at = now


class StreamHub:
    """Watches streams for subscriptions; starts its task with the first of them."""

    def __init__(
        self, connect: Callable[[], Redis], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._connect = connect
        self._clock = clock
        self._turns: dict[str, set[Subscription]] = {}
        self._control = f"hub:{uuid4()}"
        self._control_cursor = "0-0"
        self._changed = asyncio.Event()
        self._reading = False
        self._is_rung = False
        self._next_read_at = 0.0
        self._redis: Redis | None = None
        self._task: asyncio.Task[None] | None = None
        self._wakes: set[asyncio.Task[None]] = set()

    def subscribe(self, turn: UUID, after: StreamId, sink: Sink) -> Subscription:
        """Send the events of `turn` above `after` to `sink`, from now on."""
        subscription = Subscription(turn, after, sink, self._clock())
        self._turns.setdefault(turn_stream(str(turn)), set()).add(subscription)
        self._start()
        self._wake()
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Send no more; harmless if it has already ended."""
        stream = turn_stream(str(subscription.turn))
        readers = self._turns.get(stream, set())
        readers.discard(subscription)
        if not readers:
            self._turns.pop(stream, None)

    def acknowledge(self, subscription: Subscription, id: StreamId) -> None:
        """The reader has everything up to `id`."""
        if subscription.window.acknowledge(id):
            self._wake()

    async def has_stream(self, turn: UUID) -> bool:
        """False once the stream has expired or was lost. Raises RedisError."""
        return bool(await self._client().exists(turn_stream(str(turn))))

    async def close(self) -> None:
        """End the task and the connections."""
        await end_tasks(task for task in (self._task, *self._wakes) if task is not None)
        self._task = None
        if self._redis is not None:
            await self._redis.aclose()
            self._redis = None

    def _client(self) -> Redis:
        if self._redis is None:
            self._redis = self._connect()
        return self._redis

    def _start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="stream-hub")

    def _wake(self) -> None:
        """Make the reader look at the subscriptions again, also out of a blocking read: its own
        control stream is among those it reads. One word ends a read for all who come meanwhile."""
        self._changed.set()
        if self._reading and not self._is_rung:
            self._is_rung = True
            task = asyncio.create_task(self._ring(), name="stream-hub-wake")
            self._wakes.add(task)
            task.add_done_callback(self._wakes.discard)

    async def _ring(self) -> None:
        try:
            pipeline = self._client().pipeline(transaction=False)
            pipeline.xadd(self._control, {"wake": "1"}, maxlen=1, approximate=False)
            pipeline.expire(self._control, CONTROL_TTL_SECONDS)
            await pipeline.execute()
        except (RedisError, OSError):
            self._is_rung = False

    async def _run(self) -> None:
        backoff = FIRST_BACKOFF_SECONDS
        while True:
            try:
                await self._step()
                backoff = FIRST_BACKOFF_SECONDS
            except (RedisError, OSError) as error:
                log.warning("stream_hub_lost_redis", error=type(error).__name__)
                await asyncio.sleep(backoff)
                backoff = min(backoff * 2, LAST_BACKOFF_SECONDS)
            except Exception:
                log.exception("stream_hub_step_failed")
                await asyncio.sleep(LAST_BACKOFF_SECONDS)

    async def _step(self) -> None:
        self._changed.clear()
        self._drop_slow_readers()
        cursors = self._cursors()
        if not cursors:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), BLOCK_MS / 1000)
            return
        entries = await self._read(cursors)
        for stream, rows in entries.items():
            self._fan_out(stream, parse_stream_id(cursors[stream]), rows)
        if entries:
            await asyncio.sleep(self._pause_seconds())

    def _pause_seconds(self) -> float:
        """The first words of an answer are passed on at once; then reads collect what comes."""
        now = time.monotonic()
        earliest = now - EAGER_READS * COALESCE_SECONDS
        self._next_read_at = max(self._next_read_at, earliest) + COALESCE_SECONDS
        return max(self._next_read_at - now, 0.0)

    def _cursors(self) -> dict[str, str]:
        """For each stream the lowest cursor among the readers whose window is open."""
        cursors = {}
        for stream, readers in self._turns.items():
            eligible = [reader.cursor for reader in readers if reader.window.is_open]
            if eligible:
                cursors[stream] = str(min(eligible))
        return cursors

    async def _read(self, cursors: dict[str, str]) -> dict[str, Rows]:
        streams: Any = {**cursors, self._control: self._control_cursor}
        self._reading, self._is_rung = True, False
        try:
            answer = await cast(
                "Awaitable[Any]", self._client().xread(streams, count=READ_COUNT, block=BLOCK_MS)
            )
        finally:
            self._reading = False
        entries = _rows_by_stream(answer)
        woken = entries.pop(self._control, [])
        if woken:
            self._control_cursor = woken[-1][0]
        return entries

    def _fan_out(self, stream: str, start: StreamId, rows: Rows) -> None:
        """Hand on what was read above `start`. Whoever came, or whose window opened, while that
        was on its way and stands before it would miss what lies between: the next read is theirs.
        """
        readers = {reader for reader in self._turns.get(stream, ()) if reader.cursor >= start}
        if not readers:
            return
        turn = next(iter(readers)).turn
        for row_id, fields in rows:
            try:
                frame = encode_event(turn, parse_stream_id(row_id), fields["event"])
            except (KeyError, ValueError):
                log.exception("turn_entry_unreadable", turn=str(turn), id=row_id)
                self._skip(readers, parse_stream_id(row_id))
                continue
            for reader in tuple(readers):
                self._offer(reader, frame)

    def _offer(self, reader: Subscription, frame: EventFrame) -> None:
        if frame.id <= reader.cursor or not reader.window.is_open:
            return
        now = self._clock()
        if not reader.window.try_send(frame.id, frame.size_bytes, now):
            return
        reader.cursor = frame.id
        reader.heard_at = now
        if frame.is_terminal:
            self.unsubscribe(reader)
        reader.sink.deliver(reader, frame)

    def _skip(self, readers: set[Subscription], id: StreamId) -> None:
        for reader in readers:
            if reader.window.is_open:
                reader.cursor = max(reader.cursor, id)

    def _drop_slow_readers(self) -> None:
        deadline = self._clock() - SLOW_CLIENT_SECONDS
        readers = [reader for group in self._turns.values() for reader in group]
        for reader in readers:
            if reader.window.full_since is not None and reader.window.full_since <= deadline:
                self.unsubscribe(reader)
                reader.sink.give_up(reader)


def _rows_by_stream(answer: Any) -> dict[str, Rows]:
    """XREAD's answer in either protocol version, as one shape."""
    if not answer:
        return {}
    if isinstance(answer, dict):
        return {name: [row for chunk in chunks for row in chunk] for name, chunks in answer.items()}
    return {name: list(rows) for name, rows in answer}
