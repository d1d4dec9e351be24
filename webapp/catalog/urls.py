"""Paths of the session."""

from django.urls import path

from webapp.catalog import views

urlpatterns = [path("api/session", views.session, name="session")]
