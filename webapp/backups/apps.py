"""Django's entry for this room."""

from django.apps import AppConfig


class BackupsConfig(AppConfig):
    """Names the room."""

    name = "webapp.backups"
