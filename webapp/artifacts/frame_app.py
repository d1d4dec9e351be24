"""The application of the artifact origin: one static document under its own policy.

Pure ASGI. Knows no Django, no session and no cookie: it reads none and sets none. `/frame` is the
shell that shows made things; `/lib/` is reserved; everything else does not exist here.
"""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]

_HOST = re.compile(r"^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?$")
_LOCAL_NAMES = ("127.0.0.1", "localhost")
_NOT_BUILT = b"The page is not built; run: make setup\n"
_PERMISSIONS = (
    "camera",
    "microphone",
    "geolocation",
    "clipboard-read",
    "display-capture",
    "usb",
    "serial",
    "payment",
    "idle-detection",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameSettings:
    """What the frame application is told.

    `document` is the built shell; `app_port` the port of the app origin; `artifact_origin` is set
    when a proxy gives the artifact origin a name of its own; `app_hosts` are names of the app.
    """

    document: Path
    app_port: int
    artifact_origin: str | None
    app_hosts: tuple[str, ...]


class FrameApp:
    """Serves the shell, and refuses everything else."""

    def __init__(self, settings: FrameSettings) -> None:
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; a WebSocket is refused before it opens."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4404})
            return
        ancestors = frame_ancestors(self._settings, _header(scope, b"host"))
        if scope["path"] == "/frame" and scope["method"] in ("GET", "HEAD") and ancestors:
            await self._send_document(scope, send, ancestors)
        else:
            await _respond(send, 404, b"Not found\n", _common_headers(("'none'",)))

    async def _send_document(self, scope: Scope, send: Send, ancestors: tuple[str, ...]) -> None:
        headers = _common_headers(ancestors)
        try:
            body = await asyncio.to_thread(self._settings.document.read_bytes)
        except FileNotFoundError:
            await _respond(send, 503, _NOT_BUILT, headers)
            return
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'.encode()
        headers = [*headers, (b"etag", tag), (b"cache-control", b"no-cache")]
        if _header(scope, b"if-none-match").encode("latin1") == tag:
            await _respond(send, 304, b"", headers)
            return
        content_type = b"text/html; charset=utf-8"
        await _respond(
            send, 200, body, headers, content_type=content_type, with_body=scope["method"] == "GET"
        )


def frame_ancestors(settings: FrameSettings, host: str) -> tuple[str, ...]:
    """The origins that may hold the frame, for a request to `host`; empty for a faulty host.

    The page at 127.0.0.1 frames the artifact port of 127.0.0.1, the page at localhost that of
    localhost. Behind a proxy the names of the app are the allowed hosts.
    """
    match = _HOST.match(host)
    if match is None:
        return ()
    if settings.artifact_origin is not None:
        scheme = settings.artifact_origin.partition(":")[0]
        names = [name for name in settings.app_hosts if name not in (*_LOCAL_NAMES, "[::1]", "*")]
        named = [f"{scheme}://{name.removeprefix('.')}:*" for name in names]
        anywhere = [f"{scheme}:"] if "*" in settings.app_hosts else []
        return (*_local_origins(settings.app_port), *named, *anywhere)
    name = match.group(1).lower()
    if name in _LOCAL_NAMES:
        return _local_origins(settings.app_port)
    if name in settings.app_hosts or "*" in settings.app_hosts:
        return tuple(f"{scheme}://{name}:{settings.app_port}" for scheme in ("http", "https"))
    return ()


def content_security_policy(ancestors: Iterable[str]) -> str:
    """The policy of the shell and of all that is written into it: scripts run, nothing is fetched,
    and the origin is opaque even when the address is opened directly."""
    return "; ".join(
        (
            "sandbox allow-scripts allow-pointer-lock allow-forms",
            "default-src 'none'",
            "script-src 'unsafe-inline' 'unsafe-eval' blob:",
            "style-src 'unsafe-inline'",
            "img-src data: blob:",
            "font-src data:",
            "media-src data: blob:",
            "worker-src blob:",
            "connect-src 'none'",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors " + " ".join(ancestors),
        )
    )


def _local_origins(port: int) -> tuple[str, ...]:
    return tuple(f"http://{name}:{port}" for name in _LOCAL_NAMES)


def _common_headers(ancestors: Iterable[str]) -> list[Header]:
    permissions = ", ".join(f"{name}=()" for name in _PERMISSIONS)
    return [
        (b"content-security-policy", content_security_policy(ancestors).encode()),
        # Closes what no policy above closes: preconnect, DNS and WebRTC, in nested frames too.
        (b"connection-allowlist", b"()"),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-dns-prefetch-control", b"off"),
        (b"cross-origin-resource-policy", b"same-site"),
        (b"permissions-policy", permissions.encode()),
        (b"vary", b"host"),
    ]


def _header(scope: Scope, name: bytes) -> str:
    values = [value for key, value in scope["headers"] if key == name]
    return values[0].decode("latin1") if len(values) == 1 else ""


async def _respond(
    send: Send,
    status: int,
    body: bytes,
    headers: list[Header],
    *,
    content_type: bytes = b"text/plain; charset=utf-8",
    with_body: bool = True,
) -> None:
    length = str(len(body)).encode()
    all_headers = [*headers, (b"content-type", content_type), (b"content-length", length)]
    if status == 304:
        all_headers = headers
    await send({"type": "http.response.start", "status": status, "headers": all_headers})
    await send({"type": "http.response.body", "body": body if with_body else b""})
