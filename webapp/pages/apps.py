"""Django's entry for this room."""

from typing import TYPE_CHECKING, cast

from django.apps import AppConfig
from django.conf import settings

if TYPE_CHECKING:
    from webapp.administration.site import AdministrationSite


class PagesConfig(AppConfig):
    """Names the room, and what others are lent."""

    name = "webapp.pages"

    def ready(self) -> None:
        """Lends the administration the app's fonts."""
        from django.contrib import admin

        cast("AdministrationSite", admin.site).take_fonts(_find_fonts)


def _find_fonts() -> str:
    from webapp.pages.bundle import FONTS, NotBuilt, find_stylesheet

    try:
        return find_stylesheet(settings.FRONTEND_DIST, FONTS)
    except NotBuilt:
        return ""
