"""A page that watches a turn to its end, however often its connection breaks."""

import asyncio
from collections.abc import Callable

import websockets

from tests.faults.checker import count_shown
from tests.stack.visitor import TERMINAL, Frame, Visitor

RECONNECT_SECONDS = 0.2
GONE = (websockets.WebSocketException, OSError, TimeoutError, EOFError)


class Reader:
    """Reads one turn from the last id that it has. `pace_seconds` passes before each
    acknowledgement; `on_event` is told of every new event."""

    def __init__(
        self,
        visitor: Visitor,
        turn: str,
        *,
        pace_seconds: float = 0.0,
        on_event: Callable[[], None] = lambda: None,
    ) -> None:
        self._visitor = visitor
        self._turn = turn
        self._pace_seconds = pace_seconds
        self._on_event = on_event
        self.frames: list[Frame] = []
        self.connections = 0

    @property
    def ended(self) -> bool:
        """Whether the terminal event has come."""
        return bool(self.frames) and self.frames[-1]["type"] in TERMINAL

    @property
    def shown(self) -> int:
        """Characters that were streamed so far."""
        return count_shown(self.frames)

    async def follow(self) -> None:
        """Returns after the terminal event."""
        while not self.ended:
            try:
                await self._read_once()
            except GONE:
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _read_once(self) -> None:
        async with self._visitor.socket() as socket:
            self.connections += 1
            after = self.frames[-1]["id"] if self.frames else None
            await socket.send(type="subscribe", turn=self._turn, after=after)
            while not self.ended:
                frame = await socket.read()
                if frame["type"] == "error":
                    await asyncio.sleep(RECONNECT_SECONDS)
                    return
                if "id" not in frame:
                    continue
                self.frames.append(frame)
                self._on_event()
                if self._pace_seconds:
                    await asyncio.sleep(self._pace_seconds)
                await socket.send(type="ack", turn=self._turn, id=frame["id"])
