"""Paths of this room."""

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from webapp.workers import metrics_view, views

_WORKER = "admin/workers/<str:worker>"
_QUEUE = "admin/queues/<str:model>"

urlpatterns = [
    path("metrics", metrics_view.metrics),
    path("admin/workers", RedirectView.as_view(url="/admin/workers/")),
    path("admin/workers/", views.page, name="workers_page"),
    path("admin/models/", admin.site.admin_view(views.served_models), name="served_models"),
    path("admin/workers/commands/<uuid:id>", views.command_result),
    path(f"{_WORKER}/commands", views.command),
    path(f"{_WORKER}/log", views.worker_log),
    path(f"{_WORKER}/history", views.history),
    path(f"{_WORKER}/diagnostics", views.diagnostics),
    path(f"{_QUEUE}/pause", views.queue, {"paused": True}),
    path(f"{_QUEUE}/resume", views.queue, {"paused": False}),
]
