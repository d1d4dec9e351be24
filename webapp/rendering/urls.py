"""Paths of pictures of made things."""

from django.urls import path

from webapp.rendering import views

urlpatterns = [
    path(
        "api/artifacts/<uuid:artifact>/thumbnails/<str:sha256>.webp",
        views.thumbnail,
        name="artifact_thumbnail",
    ),
]
