"""Paths of exports."""

from django.urls import path

from webapp.exports import views

_VERSION = "api/artifacts/<uuid:artifact>/versions/<int:number>"

urlpatterns = [
    path(f"{_VERSION}/exports", views.start, name="export_start"),
    path("api/exports/<uuid:id>", views.export, name="export"),
    path("api/exports/<uuid:id>/cancel", views.cancel, name="export_cancel"),
    path("api/exports/<uuid:id>/file", views.file, name="export_file"),
]
