"""Django's entry for this room."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Names the room."""

    name = "webapp.pages"
