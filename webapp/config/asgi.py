"""The ASGI application: the app on one port, the artifact frame on another, the socket at /ws."""

import os
import platform

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings")

from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.core.asgi import get_asgi_application

from engine.protocol.last_words import log_uncaught_errors
from engine.protocol.log_lines import name_process

name_process(f"web@{platform.node()}")
log_uncaught_errors()
_django = get_asgi_application()

from webapp.artifacts.frame_app import FrameApp, FrameSettings  # noqa: E402
from webapp.artifacts.library_app import LibraryApp  # noqa: E402
from webapp.config.origins import OriginRouter  # noqa: E402
from webapp.config.static_files import serve_assets  # noqa: E402
from webapp.core.redis import async_redis_client  # noqa: E402
from webapp.publications.services import published_files  # noqa: E402
from webapp.publications.site import PublishedSite  # noqa: E402
from webapp.realtime.consumers import TurnConsumer  # noqa: E402
from webapp.realtime.origin_check import SocketPaths  # noqa: E402
from webapp.realtime.stream_hub import StreamHub  # noqa: E402
from webapp.shelf.files import built_shelf  # noqa: E402
from webapp.workers.consumers import WorkersConsumer  # noqa: E402
from webapp.workers.feed import WorkersFeed, read_frame_text  # noqa: E402

_sockets = SocketPaths(
    {
        "/ws": TurnConsumer.as_asgi(hub=StreamHub(async_redis_client)),
        "/ws/workers": WorkersConsumer.as_asgi(feed=WorkersFeed(read_frame_text)),
    }
)
_frame_settings = FrameSettings(
    document=settings.FRONTEND_DIST / "frame.html",
    app_port=settings.ATELIER_PORT,
    artifact_origin=settings.ATELIER_ARTIFACT_ORIGIN,
    app_hosts=tuple(settings.ALLOWED_HOSTS),
)
_site = PublishedSite(_frame_settings, published_files(), settings.FRONTEND_DIST / "published.html")
application = OriginRouter(
    ProtocolTypeRouter(
        {
            "http": serve_assets(_django, settings.FRONTEND_DIST),
            "websocket": _sockets,
        }
    ),
    FrameApp(_frame_settings, folders={"lib": LibraryApp(built_shelf()), "p": _site}),
    artifact_port=settings.ATELIER_ARTIFACT_PORT,
    artifact_origin=settings.ATELIER_ARTIFACT_ORIGIN,
)
