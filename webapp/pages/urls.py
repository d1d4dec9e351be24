"""Paths of the page and of the health checks."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
