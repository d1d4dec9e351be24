"""This room's pages in the administration."""

from typing import cast

from django.contrib import admin

from webapp.administration.site import AdministrationSite, SitePage

_site = cast("AdministrationSite", admin.site)
_site.add_page(SitePage("Workers", "/admin/workers/"))
_site.add_page(SitePage("Served models", "/admin/models/"))
