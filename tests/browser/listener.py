"""What an artifact would have to reach to leak: HTTP, WebSocket, a bare TCP port and UDP.

Everything that arrives is written down: a request by its path, a connection to the bare port as
`connect`, one to the HTTP port that asks for nothing as `idle connection`, a datagram as `stun`.
The HTTP side answers with something that fits every channel, so that a channel fails only because
it was closed to it.
"""

import asyncio
import base64
import contextlib
import hashlib
from collections.abc import Iterator
from types import TracebackType

_ACCEPT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_HEADERS = (
    "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n"
    "Access-Control-Allow-Origin: *\r\nConnection: close\r\n{more}\r\n"
)


class Listener:
    """Listens while it is entered. `hits` holds what has arrived; `page` is served at /page with
    `page_headers`."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        self.page = ""
        self.page_headers = ""
        self.port = self.bare_port = self.udp_port = 0
        self._changed = asyncio.Event()
        self._servers: list[asyncio.Server] = []
        self._connections: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}
        self._udp: asyncio.DatagramTransport | None = None

    async def __aenter__(self) -> "Listener":
        """Opens all ports."""
        web = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        bare = await asyncio.start_server(self._accept_bare, "127.0.0.1", 0)
        loop = asyncio.get_running_loop()
        self._udp, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self), local_addr=("127.0.0.1", 0)
        )
        self._servers = [web, bare]
        self.port, self.bare_port = (one.sockets[0].getsockname()[1] for one in self._servers)
        self.udp_port = self._udp.get_extra_info("sockname")[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes all ports and what still hangs on them."""
        for server in self._servers:
            server.close()
        # What has just been accepted begins, which takes some rounds of the loop, however long.
        for _ in range(10):
            await asyncio.sleep(0.005)
        tasks = [task for task in self._connections.values() if task is not None]
        for writer in self._connections:
            writer.close()
        await asyncio.gather(*tasks)
        if self._udp is not None:
            self._udp.close()

    def note(self, name: str) -> None:
        """Write down an arrival."""
        self.hits.append(name)
        self._changed.set()

    async def wait_for(self, names: set[str], seconds: float) -> set[str]:
        """Returns those of `names` that have not arrived within `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while names - set(self.hits):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return names - set(self.hits)
        return set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with self._held(writer):
            try:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin1")
                writer.write(self._respond(head))
                await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                self.note("idle connection")
            finally:
                await _close(writer)

    def _respond(self, head: str) -> bytes:
        path = head.split(" ", 2)[1].split("?")[0]
        if path == "/page":
            return _answer("text/html", self.page.encode(), self.page_headers)
        self.note(path.removeprefix("/"))
        return _upgrade(head) or _answer(_kind(path), b"")

    async def _accept_bare(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with self._held(writer):
            self.note("connect")
            await _close(writer)

    @contextlib.contextmanager
    def _held(self, writer: asyncio.StreamWriter) -> Iterator[None]:
        """Keeps a connection in sight until it has ended."""
        self._connections[writer] = asyncio.current_task()
        try:
            yield
        finally:
            del self._connections[writer]


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


class _Datagrams(asyncio.DatagramProtocol):
    """Notes every datagram."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Note it."""
        self._listener.note("stun")


def _answer(kind: str, body: bytes, more: str = "") -> bytes:
    return _HEADERS.format(kind=kind, length=len(body), more=more).encode() + body


def _kind(path: str) -> str:
    kinds = {".js": "text/javascript", ".css": "text/css", ".sse": "text/event-stream"}
    return next((kind for end, kind in kinds.items() if path.endswith(end)), "text/html")


def _upgrade(head: str) -> bytes | None:
    """The answer to a WebSocket handshake, or None if this is none."""
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "sec-websocket-key":
            accept = base64.b64encode(hashlib.sha1(value.strip().encode() + _ACCEPT).digest())
            return (
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
            )
    return None
