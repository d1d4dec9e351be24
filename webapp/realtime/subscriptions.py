"""What one socket reads: its subscriptions, from the stream or, when that is gone, the database."""

import time
from collections import deque
from collections.abc import Callable
from uuid import UUID

import structlog
from channels.db import database_sync_to_async

from engine.protocol import ErrorCode
from webapp.accounts.models import User
from webapp.core.errors import AppError, NotFound
from webapp.core.streams import StreamId, parse_stream_id
from webapp.generation import selectors
from webapp.generation.models import OPEN_STATES, Turn
from webapp.realtime.commands import Acknowledge, Subscribe
from webapp.realtime.event_frames import EventFrame, encode_event
from webapp.realtime.replies import error_frame
from webapp.realtime.stream_hub import StreamHub, Subscription

MAX_SUBSCRIPTIONS = 32
SILENT_SECONDS = 10.0
BEFORE_ALL = StreamId(0, 0)
log = structlog.get_logger(__name__)


class Subscriptions:
    """The subscriptions of one socket; a turn is subscribed once, and the last word counts.

    `send` queues a frame for the socket; `close_slow` ends a socket that does not acknowledge.
    """

    def __init__(
        self,
        hub: StreamHub,
        user: User,
        send: Callable[[str], None],
        close_slow: Callable[[], None],
    ) -> None:
        self._hub = hub
        self._user = user
        self._send = send
        self._close_slow = close_slow
        self._by_turn: dict[UUID, Subscription] = {}
        self._begun_here: deque[UUID] = deque(maxlen=MAX_SUBSCRIPTIONS)

    def expect(self, turn: UUID) -> None:
        """This socket's person has just begun the turn here: whose it is and that it is open need
        not be asked when it is subscribed, which would wait for all who begin one now."""
        self._begun_here.append(turn)

    def expect_no_more(self, turn: UUID) -> None:
        """Something else has been said of the turn: it is looked up as any other."""
        if turn in self._begun_here:
            self._begun_here.remove(turn)

    async def subscribe(self, command: Subscribe) -> None:
        """Begin to send the turn's events. Raises NotFound if it is not this person's, and
        AppError `rate_limited` if the socket reads too many turns already."""
        self.unsubscribe(command.turn)
        if len(self._by_turn) >= MAX_SUBSCRIPTIONS:
            raise AppError(ErrorCode.RATE_LIMITED)
        after = BEFORE_ALL if command.after is None else parse_stream_id(command.after)
        if command.turn in self._begun_here:
            self.expect_no_more(command.turn)
            self._by_turn[command.turn] = self._hub.subscribe(command.turn, after, self)
            return
        turn = await self._find_turn(command.turn)
        if turn.state not in OPEN_STATES and not await self._hub.has_stream(turn.pk):
            await self._replay(turn, after)
            return
        self._by_turn[turn.pk] = self._hub.subscribe(turn.pk, after, self)

    def unsubscribe(self, turn: UUID) -> None:
        """Send no more of this turn; harmless if it is not read."""
        subscription = self._by_turn.pop(turn, None)
        if subscription is not None:
            self._hub.unsubscribe(subscription)

    def acknowledge(self, command: Acknowledge) -> None:
        """The page has everything up to the id."""
        subscription = self._by_turn.get(command.turn)
        if subscription is not None:
            self._hub.acknowledge(subscription, parse_stream_id(command.id))

    def unsubscribe_all(self) -> None:
        """The socket is closed."""
        for turn in list(self._by_turn):
            self.unsubscribe(turn)

    async def look_after_silent(self) -> None:
        """End subscriptions whose turn ended while its stream was lost: their end is in the
        database. One whose conversation was deleted is refused as it would be now.
        Raises RedisError and DatabaseError."""
        deadline = time.monotonic() - SILENT_SECONDS
        silent = [s for s in self._by_turn.values() if s.heard_at < deadline and s.window.is_open]
        for subscription in silent:
            try:
                turn = await self._find_turn(subscription.turn)
            except NotFound as error:
                self.unsubscribe(subscription.turn)
                self._send(error_frame(error, turn=str(subscription.turn)))
                continue
            is_over = turn.state not in OPEN_STATES
            if is_over and not await self._hub.has_stream(turn.pk):
                self.unsubscribe(turn.pk)
                await self._replay(turn, subscription.cursor)

    def deliver(self, subscription: Subscription, frame: EventFrame) -> None:
        """Take an event from the hub."""
        self._send(frame.text)
        if frame.is_terminal:
            self._by_turn.pop(subscription.turn, None)

    def give_up(self, subscription: Subscription) -> None:
        """The page has not acknowledged for too long."""
        self._by_turn.pop(subscription.turn, None)
        slow = AppError(ErrorCode.SLOW_CLIENT)
        self._send(error_frame(slow, turn=str(subscription.turn)))
        self._close_slow()

    async def _find_turn(self, turn: UUID) -> Turn:
        find = database_sync_to_async(selectors.get_turn)
        found: Turn = await find(owner=self._user, turn_id=turn)
        return found

    async def _replay(self, turn: Turn, after: StreamId) -> None:
        """Everything the database knows of an ended turn, as its last attempt would say it."""
        for id, event in await database_sync_to_async(selectors.find_replay)(turn):
            if id > after:
                self._send(encode_event(turn.pk, id, event.model_dump_json()).text)
