"""What one tab hears from the server: every frame of its sockets, as the browser received it."""

import asyncio
import json
from typing import Any

from playwright.async_api import Page, WebSocket

from tests.turn_reducer import reduce_events
from webapp.core.events import TERMINAL_TYPES, TURN_EVENT, Part
from webapp.core.streams import parse_stream_id

Frame = dict[str, Any]
WAIT_SECONDS = 150.0


class WireRecorder:
    """Begin it before the page is opened. A document has one socket after the other; `first` is
    the number of the first socket to look at, so that a reload can be told from a reconnect."""

    def __init__(self, page: Page) -> None:
        self.sockets: list[list[Frame]] = []
        self._arrived = asyncio.Event()
        page.on("websocket", self._opened)

    def events(self, first: int = 0) -> list[Frame]:
        """The events of turns, in the order in which they came."""
        frames = [frame for socket in self.sockets[first:] for frame in socket]
        return [frame for frame in frames if "id" in frame]

    async def wait_for(self, type: str, count: int = 1, first: int = 0) -> None:
        """Returns when so many events of this type have come; fails if the turn ends before."""
        async with asyncio.timeout(WAIT_SECONDS):
            while (came := [event["type"] for event in self.events(first)]).count(type) < count:
                assert not TERMINAL_TYPES.intersection(came), came
                self._arrived.clear()
                await self._arrived.wait()

    async def wait_for_end(self, first: int = 0) -> None:
        """Returns when the turn has ended, however slow the machine is."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not any(event["type"] in TERMINAL_TYPES for event in self.events(first)):
                self._arrived.clear()
                await self._arrived.wait()

    def _opened(self, socket: WebSocket) -> None:
        frames: list[Frame] = []
        self.sockets.append(frames)
        socket.on("framereceived", lambda payload: self._received(frames, payload))

    def _received(self, frames: list[Frame], payload: str | bytes) -> None:
        frames.append(json.loads(payload))
        self._arrived.set()


def assert_told_once(events: list[Frame]) -> None:
    """One turn: every id once and in order, and one terminal event, which is the last."""
    assert len({event["turn"] for event in events}) == 1
    ids = [parse_stream_id(event["id"]) for event in events]
    assert ids == sorted(set(ids))
    endings = [event["type"] for event in events if event["type"] in TERMINAL_TYPES]
    assert endings == [events[-1]["type"]]


def parts_told(events: list[Frame]) -> list[Part]:
    """What a page makes of these events."""
    bodies = [{k: v for k, v in event.items() if k not in ("turn", "id")} for event in events]
    return reduce_events(TURN_EVENT.validate_python(body) for body in bodies)
