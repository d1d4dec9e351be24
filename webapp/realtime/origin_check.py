"""Whether a WebSocket comes from a page of this very site.

Browsers always send `Origin` with a WebSocket handshake, and cookies travel with it whoever asks.
So the origin must be present, not `null`, and name the same host and port as the request itself
(OWASP, cross-site WebSocket hijacking); the host must be one that Django allows.
"""

import contextlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApplication = Callable[[Scope, Receive, Send], Awaitable[None]]
_DEFAULT_PORTS = {"http": 80, "https": 443}


def header(scope: Scope, name: bytes) -> str:
    """The header's value, empty if it is missing or there are several."""
    values = [value for key, value in scope["headers"] if key == name]
    return values[0].decode("latin1").lower() if len(values) == 1 else ""


def cookies_of(scope: Scope) -> dict[str, str]:
    """The cookies of the handshake; an unreadable header is no cookies."""
    jar: SimpleCookie = SimpleCookie()
    for name, value in scope["headers"]:
        if name == b"cookie":
            with contextlib.suppress(CookieError):
                jar.load(value.decode("latin1"))
    return {key: morsel.value for key, morsel in jar.items()}


def is_own_origin(scope: Scope) -> bool:
    """True if the handshake was made by a page that this server gave out."""
    host = header(scope, b"host")
    name, _port = split_domain_port(host)
    if not name or not validate_host(name, settings.ALLOWED_HOSTS):
        return False
    try:
        origin = urlsplit(header(scope, b"origin"))
        asked = urlsplit(f"{origin.scheme}://{host}")
        default = _DEFAULT_PORTS[origin.scheme]
        return bool(origin.hostname) and (origin.hostname, origin.port or default) == (
            asked.hostname,
            asked.port or default,
        )
    except (KeyError, ValueError):
        return False


class SocketPaths:
    """Gives WebSockets to the application of their path and refuses them at any other path."""

    def __init__(self, apps: Mapping[str, AsgiApplication]) -> None:
        self._apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the socket on, or close it before accepting, which the server answers with 403."""
        app = self._apps.get(scope["path"])
        if app is not None:
            await app(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": 4404})
