"""Paths of the page and of the health checks."""

from django.urls import path

from webapp.pages import views

urlpatterns = [
    path("", views.shell, name="home"),
    path("c/<uuid:conversation>", views.shell, name="conversation_page"),
    path("present/<uuid:artifact>/<int:number>", views.shell, name="presenter_page"),
    path("gallery", views.shell, name="gallery_page"),
    path("remix/<slug:slug>", views.shell, name="remix_page"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
