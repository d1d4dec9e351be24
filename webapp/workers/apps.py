"""Django's entry for this room."""

from django.apps import AppConfig


class WorkersConfig(AppConfig):
    """Names the room."""

    name = "webapp.workers"
