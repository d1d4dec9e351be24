"""Paths of conversations."""

from django.urls import path

from webapp.generation import views

_ONE = "api/conversations/<uuid:id>"

urlpatterns = [
    path("api/conversations", views.conversations, name="conversations"),
    path(_ONE, views.conversation, name="conversation"),
    path(f"{_ONE}/restore", views.restore, name="conversation_restore"),
]
