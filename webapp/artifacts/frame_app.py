"""The application of the artifact origin: one static document under its own policy.

Pure ASGI. Knows no Django, no session and no cookie: it reads none and sets none. `/frame` is the
shell that shows made things; other paths are answered by the applications that it is given, by
their first folder; everything else does not exist here.
"""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from webapp.artifacts.asgi import Header, Receive, Scope, Send, read_header, respond

Application = Callable[[Scope, Receive, Send], Awaitable[None]]

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
    """Serves the shell, hands `/lib/…` and the like on, and refuses everything else.

    `folders` holds the other applications by the folder that they answer for, such as `lib`.
    """

    def __init__(
        self, settings: FrameSettings, folders: Mapping[str, Application] | None = None
    ) -> None:
        self._settings = settings
        self._folders = folders or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; a WebSocket is refused before it opens."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4404})
            return
        host = read_header(scope, b"host")
        ancestors = frame_ancestors(self._settings, host)
        folder = self._folders.get(scope["path"].lstrip("/").partition("/")[0])
        if folder is not None and ancestors:
            await folder(scope, receive, send)
        elif scope["path"] == "/frame" and scope["method"] in ("GET", "HEAD") and ancestors:
            await self._send_document(scope, send, host, ancestors)
        else:
            await respond(send, 404, b"Not found\n", frame_headers(("'none'",), "'none'"))

    async def _send_document(
        self, scope: Scope, send: Send, host: str, ancestors: tuple[str, ...]
    ) -> None:
        origin = own_origin(self._settings, host)
        headers = frame_headers((*ancestors, origin), f"{origin}/lib/")
        try:
            body = await asyncio.to_thread(self._settings.document.read_bytes)
        except FileNotFoundError:
            await respond(send, 503, _NOT_BUILT, headers)
            return
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'.encode()
        headers = [*headers, (b"etag", tag), (b"cache-control", b"no-cache")]
        if read_header(scope, b"if-none-match").encode("latin1") == tag:
            await respond(send, 304, b"", headers)
            return
        content_type = b"text/html; charset=utf-8"
        await respond(
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
        at = urlsplit(settings.artifact_origin)
        scheme = at.scheme
        names = [name for name in settings.app_hosts if name not in (*_LOCAL_NAMES, "[::1]", "*")]
        if at.hostname in _LOCAL_NAMES:
            # A proxy on this machine; the page has its port.
            names += _LOCAL_NAMES
        named = [f"{scheme}://{name.removeprefix('.')}:*" for name in names]
        anywhere = [f"{scheme}:"] if "*" in settings.app_hosts else []
        return (*_local_origins(settings.app_port), *named, *anywhere)
    name = match.group(1).lower()
    if name in _LOCAL_NAMES:
        return _local_origins(settings.app_port)
    if name in settings.app_hosts or "*" in settings.app_hosts:
        return tuple(f"{scheme}://{name}:{settings.app_port}" for scheme in ("http", "https"))
    return ()


def own_origin(settings: FrameSettings, host: str) -> str:
    """The artifact origin as a policy names it, for a request to `host`. In a policy, `http:` holds
    for the same name under TLS as well."""
    named = settings.artifact_origin
    if named is not None and urlsplit(named).netloc.lower() == host.lower():
        return named
    return f"http://{host.lower()}"


def content_security_policy(ancestors: Iterable[str], library: str) -> str:
    """The policy of the shell and of all that is written into it: scripts run, nothing is fetched
    but files below `library`, and the origin is opaque even when the address is opened directly."""
    return "; ".join(
        (
            "sandbox allow-scripts allow-pointer-lock allow-forms",
            "default-src 'none'",
            f"script-src 'unsafe-inline' 'unsafe-eval' blob: {library}",
            f"style-src 'unsafe-inline' {library}",
            "img-src data: blob:",
            f"font-src data: {library}",
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


def frame_headers(ancestors: Iterable[str], library: str) -> list[Header]:
    """The headers of every document of the artifact origin."""
    permissions = ", ".join(f"{name}=()" for name in _PERMISSIONS)
    return [
        (b"content-security-policy", content_security_policy(ancestors, library).encode()),
        # Closes what no policy above closes: preconnect, DNS and WebRTC, in nested frames too. What
        # is left open is this origin, where the shelf is.
        (b"connection-allowlist", b"(response-origin)"),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-dns-prefetch-control", b"off"),
        (b"cross-origin-resource-policy", b"same-site"),
        (b"permissions-policy", permissions.encode()),
        (b"vary", b"host"),
    ]
