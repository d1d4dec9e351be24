"""Django's entries for this room, and for its administration with our site in it."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AppConfig):
    """Names the room."""

    name = "webapp.administration"


class AdministrationSiteConfig(AdminConfig):
    """Django's administration; every room's `admin.py` registers with our site."""

    default_site = "webapp.administration.site.AdministrationSite"
