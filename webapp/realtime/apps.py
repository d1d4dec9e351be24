"""Django's entry for this room."""

from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    """Names the room."""

    name = "webapp.realtime"
