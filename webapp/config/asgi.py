"""The ASGI application: the app on one port, the artifact frame on another, the socket at /ws."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings")

from django.core.asgi import get_asgi_application

application = get_asgi_application()
