"""Every path of the app origin."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("webapp.pages.urls")),
    path("", include("webapp.catalog.urls")),
    path("", include("webapp.generation.urls")),
    path("", include("webapp.artifacts.urls")),
    path("", include("webapp.publications.urls")),
    path("", include("webapp.exports.urls")),
    path("", include("webapp.rendering.urls")),
    path("", include("webapp.workers.urls")),
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
]
handler404 = "webapp.pages.views.not_found"
handler500 = "webapp.pages.views.server_error"
