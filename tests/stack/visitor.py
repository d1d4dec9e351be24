"""A person's browser, as far as the wire is concerned: a cookie, HTTP and a WebSocket."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol
from uuid import uuid4

import httpx
import websockets

Frame = dict[str, Any]
TERMINAL = ("turn.finished", "turn.stopped", "turn.failed")


class Served(Protocol):
    """An installation that answers at an address."""

    @property
    def url(self) -> str:
        """Its origin."""


class Visitor:
    """A new guest of a running installation."""

    def __init__(self, installation: Served) -> None:
        self._installation = installation
        self.http = httpx.Client(base_url=installation.url, timeout=20)
        self.session: dict[str, Any] = self.http.get("/api/session").raise_for_status().json()

    @property
    def cookie(self) -> str:
        """The Cookie header."""
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    @asynccontextmanager
    async def socket(self, origin: str | None = None) -> AsyncIterator["Socket"]:
        """A WebSocket of this person."""
        url = self._installation.url
        async with websockets.connect(
            url.replace("http", "ws") + "/ws",
            origin=origin or url,  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookie},
            max_size=None,
        ) as connection:
            yield Socket(connection)


class Socket:
    """Commands out, frames in; everything received is acknowledged."""

    def __init__(self, connection: websockets.ClientConnection) -> None:
        self.connection = connection

    async def send(self, **command: Any) -> None:
        await self.connection.send(json.dumps(command))

    async def read(self) -> Frame:
        frame: Frame = json.loads(await self.connection.recv())
        return frame

    async def read_until(self, *types: str) -> list[Frame]:
        frames = [await self.read()]
        while frames[-1]["type"] not in types:
            frames.append(await self.read())
        return frames

    async def start_turn(self, text: str, **fields: Any) -> Frame:
        await self.send(**{"type": "turn.start", "request": str(uuid4()), "text": text, **fields})
        return (await self.read_until("turn.accepted", "error"))[-1]

    async def read_turn(self, turn: str, after: str | None = None, count: int = 0) -> list[Frame]:
        """The turn's events from `after` to its end, or the first `count` of them."""
        await self.send(type="subscribe", turn=turn, after=after)
        events: list[Frame] = []
        while not events or (events[-1]["type"] not in TERMINAL and len(events) != count):
            frame = await self.read()
            if "id" in frame:
                events.append(frame)
                await self.send(type="ack", turn=turn, id=frame["id"])
        return events
