"""Paths of artifact versions."""

from django.urls import path

from webapp.artifacts import views

_VERSION = "api/artifacts/<uuid:artifact>/versions/<int:number>"

urlpatterns = [
    path(_VERSION, views.version, name="artifact_version"),
    path(f"{_VERSION}/download", views.download, name="artifact_download"),
]
