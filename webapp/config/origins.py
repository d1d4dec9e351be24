"""Which of the two origins a connection is for: the app's or the artifact frame's."""

from urllib.parse import urlsplit

from webapp.artifacts.asgi import Receive, Scope, Send
from webapp.realtime.origin_check import AsgiApplication, header


class OriginRouter:
    """Sends what arrives for the artifact origin to `frame_app`, and the rest to `app`.

    The listener's port decides; behind a proxy with one upstream port the host name decides.
    """

    def __init__(
        self,
        app: AsgiApplication,
        frame_app: AsgiApplication,
        *,
        artifact_port: int,
        artifact_origin: str | None,
    ) -> None:
        self._app = app
        self._frame_app = frame_app
        self._artifact_port = artifact_port
        self._artifact_host = urlsplit(artifact_origin).netloc.lower() if artifact_origin else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the connection on."""
        if scope["type"] == "lifespan":
            raise ValueError("Atelier needs no lifespan messages.")
        app = self._frame_app if self._is_artifact_origin(scope) else self._app
        await app(scope, receive, send)

    def _is_artifact_origin(self, scope: Scope) -> bool:
        server = scope.get("server")
        if server is not None and server[1] == self._artifact_port:
            return True
        return self._artifact_host is not None and header(scope, b"host") == self._artifact_host
