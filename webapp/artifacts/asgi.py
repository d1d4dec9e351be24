"""What the small applications of the artifact origin share: types, one header, one answer."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]

PLAIN_TEXT = b"text/plain; charset=utf-8"


def read_header(scope: Scope, name: bytes) -> str:
    """The header's value; empty if it is missing or stands there more than once."""
    values = [value for key, value in scope["headers"] if key == name]
    return values[0].decode("latin1") if len(values) == 1 else ""


async def respond(
    send: Send,
    status: int,
    body: bytes,
    headers: list[Header],
    *,
    content_type: bytes = PLAIN_TEXT,
    with_body: bool = True,
) -> None:
    """Sends one whole answer; `with_body` is false for HEAD."""
    length = str(len(body)).encode()
    all_headers = [*headers, (b"content-type", content_type), (b"content-length", length)]
    if status == 304:
        all_headers = headers
    await send({"type": "http.response.start", "status": status, "headers": all_headers})
    await send({"type": "http.response.body", "body": body if with_body else b""})
