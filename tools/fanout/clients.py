"""Browsers as far as the wire is concerned: a guest's cookie, sockets, turns that are read."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect

from tools.fanout.spoken import Pace, Token, read_tokens

# As the page does.
ACK_BYTES = 32 * 1024
TERMINAL = ("turn.finished", "turn.stopped", "turn.failed")
OPENING_AT_ONCE = 16


@dataclass(slots=True)
class Reading:
    """What one socket had of one turn. Times are nanoseconds of the shared clock; `fault` says what
    was not as it should be."""

    sent_ns: int = 0
    first: Token | None = None
    first_ns: int = 0
    latencies_ms: list[float] = field(default_factory=list)
    tokens: int = 0
    fault: str = ""

    @property
    def added_ms(self) -> float:
        """From the command to the first token, without what the engine took for it."""
        assert self.first is not None
        engine_ns = self.first.step_ns - self.first.taken_ns
        return (self.first_ns - self.sent_ns - engine_ns) / 1e6

    @property
    def before_engine_ms(self) -> float:
        """The part of it that lies before the engine."""
        assert self.first is not None
        return (self.first.taken_ns - self.sent_ns) / 1e6

    def take(self, text: str, now_ns: int) -> None:
        """Note a piece of the answer; a missing, doubled or misplaced token is a fault."""
        for token in read_tokens(text):
            if token.number != self.tokens and not self.fault:
                self.fault = f"token {token.number} came instead of {self.tokens}"
            if self.first is None:
                self.first, self.first_ns = token, now_ns
            self.tokens += 1
            self.latencies_ms.append((now_ns - token.step_ns) / 1e6)


class Client:
    """One person's socket."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def ask(self, pace: Pace) -> Reading:
        """Starts a chat and reads its answer to the end."""
        reading = Reading(sent_ns=time.monotonic_ns())
        try:
            turn = await self.start(pace)
            await self._read(turn, pace, reading)
        except (OSError, RuntimeError, ValueError) as error:
            reading.fault = reading.fault or repr(error)
        if reading.first is None:
            reading.fault = reading.fault or "no token came"
        return reading

    async def start(self, pace: Pace) -> str:
        """Starts a chat; the id of its turn. Raises RuntimeError if that is refused."""
        await self.send(type="turn.start", request=str(uuid4()), text=pace.prompt(), thinking=False)
        while True:
            frame = json.loads(await self._connection.recv())
            if frame["type"] == "turn.accepted":
                return str(frame["turn"])
            if frame["type"] == "error":
                raise RuntimeError(frame["code"])

    async def send(self, **command: Any) -> None:
        """One command."""
        await self._connection.send(json.dumps(command))

    async def close(self) -> None:
        """Ends the socket."""
        await self._connection.close()

    async def _read(self, turn: str, pace: Pace, reading: Reading) -> None:
        await self.send(type="subscribe", turn=turn, after=None)
        unacknowledged = 0
        while True:
            text = await self._connection.recv()
            now_ns = time.monotonic_ns()
            frame = json.loads(text)
            if frame.get("turn") != turn:
                continue
            unacknowledged += len(text)
            if unacknowledged >= ACK_BYTES:
                unacknowledged = 0
                await self.send(type="ack", turn=turn, id=frame["id"])
            if frame["type"] == "text.delta":
                reading.take(frame["text"], now_ns)
            elif frame["type"] in TERMINAL:
                break
        if frame["type"] != "turn.finished" or reading.tokens != pace.tokens:
            wanted = f"{reading.tokens} of {pace.tokens} tokens, then {frame['type']}"
            reading.fault = reading.fault or wanted


async def make_guests(url: str, count: int) -> list[str]:
    """The Cookie headers of new guests."""
    gate = asyncio.Semaphore(OPENING_AT_ONCE)

    async def make() -> str:
        async with gate, httpx.AsyncClient(base_url=url, timeout=60) as http:
            (await http.get("/api/session")).raise_for_status()
            return "; ".join(f"{name}={value}" for name, value in http.cookies.items())

    return list(await asyncio.gather(*(make() for _ in range(count))))


async def open_clients(url: str, cookies: Sequence[str]) -> list[Client]:
    """A socket for each cookie."""
    gate = asyncio.Semaphore(OPENING_AT_ONCE)

    async def open_one(cookie: str) -> Client:
        async with gate:
            return Client(await _connect(url, cookie))

    return list(await asyncio.gather(*(open_one(cookie) for cookie in cookies)))


async def open_silent(url: str, cookie: str, turn: str) -> Client:
    """A socket that asks for a turn and never reads: at most one frame lies in this process."""
    client = Client(await _connect(url, cookie, max_queue=1))
    await client.send(type="subscribe", turn=turn, after=None)
    return client


async def _connect(url: str, cookie: str, max_queue: int | None = 64) -> ClientConnection:
    return await connect(
        url.replace("http", "ws", 1) + "/ws",
        origin=url,  # type: ignore[arg-type]
        additional_headers={"Cookie": cookie},
        compression=None,
        max_size=None,
        max_queue=max_queue,
        ping_interval=None,
        open_timeout=60,
    )
