"""The shelf's files on the artifact origin: `/lib/name@version/file`.

Pure ASGI. Made things run on an opaque origin, so every file may be read from anywhere; the files
are public libraries and hold nothing of anybody.
"""

import asyncio
from pathlib import Path

from webapp.artifacts.asgi import Header, Receive, Scope, Send, read_header, respond
from webapp.shelf.files import Shelf, ShelfFile

_HEADERS: list[Header] = [
    (b"access-control-allow-origin", b"*"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"x-content-type-options", b"nosniff"),
    # Opened as a page of its own, a file is text that can do nothing.
    (b"content-security-policy", b"sandbox; default-src 'none'"),
    (b"vary", b"accept-encoding"),
]
_FOREVER = b"public, max-age=31536000, immutable"
# Another version may take this address tomorrow.
_FOR_NOW = b"public, max-age=300"
_NOT_BUILT = b"The library shelf is not built; run: make setup\n"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


class LibraryApp:
    """Serves the shelf, compressed where the build left a compressed copy."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Answer one request for a path below /lib/."""
        found = await asyncio.to_thread(self._shelf.find, scope["path"])
        if found is None and not self._shelf.is_built:
            await respond(send, 503, _NOT_BUILT, _HEADERS)
            return
        if found is None or scope["method"] not in ("GET", "HEAD"):
            await respond(send, 404, b"Not found\n", _HEADERS)
            return
        path, encoding = await asyncio.to_thread(_choose, found, _accepted(scope))
        body = await asyncio.to_thread(path.read_bytes)
        headers = [*_HEADERS, (b"cache-control", _FOREVER if found.exact else _FOR_NOW)]
        if encoding:
            headers.append((b"content-encoding", encoding.encode()))
        await respond(
            send,
            200,
            body,
            headers,
            content_type=found.content_type.encode(),
            with_body=scope["method"] == "GET",
        )


def _accepted(scope: Scope) -> set[str]:
    """The encodings that the client takes, without those that it refuses with `q=0`."""
    names = (item.split(";") for item in read_header(scope, b"accept-encoding").split(","))
    return {name.strip().lower() for name, *more in names if "".join(more).strip() != "q=0"}


def _choose(found: ShelfFile, accepted: set[str]) -> tuple[Path, str]:
    for encoding, suffix in _ENCODINGS:
        compressed = found.path.with_name(found.path.name + suffix)
        if encoding in accepted and compressed.is_file():
            return compressed, encoding
    return found.path, ""
