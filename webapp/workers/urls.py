"""Paths of this room."""

from django.urls import path

from webapp.workers import views

urlpatterns = [path("metrics", views.metrics)]
