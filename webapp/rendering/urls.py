"""Paths of pictures and checks of made things."""

from django.urls import path

from webapp.rendering import views

urlpatterns = [
    path(
        "api/artifacts/<uuid:artifact>/thumbnails/<str:sha256>.webp",
        views.thumbnail,
        name="artifact_thumbnail",
    ),
    path(
        "api/artifacts/<uuid:artifact>/versions/<int:number>/checks",
        views.checks,
        name="artifact_checks",
    ),
]
