"""Paths of artifacts and their versions."""

from django.urls import path

from webapp.artifacts import views

_VERSION = "api/artifacts/<uuid:artifact>/versions/<int:number>"

urlpatterns = [
    path("api/themes", views.themes, name="themes"),
    path("api/artifacts/<uuid:artifact>/versions", views.versions, name="artifact_versions"),
    path("api/artifacts/<uuid:artifact>/restore", views.restore, name="artifact_restore"),
    path(_VERSION, views.version, name="artifact_version"),
    path(f"{_VERSION}/pages/<str:page_id>", views.page, name="artifact_page"),
    path(f"{_VERSION}/check", views.check, name="artifact_check"),
    path(f"{_VERSION}/download", views.download, name="artifact_download"),
]
