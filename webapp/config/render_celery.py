"""The Celery application of render workers: checks, thumbnails and exports, beside one Chromium.

The settings are those of `webapp.config.celery`; what differs is what a worker does beside its
tasks, so that no turns worker starts a browser and no render worker reconciles turns.
"""

import os

import celery.apps.worker
from celery import Celery
from celery.signals import celeryd_init, task_postrun, task_prerun
from django.db import close_old_connections

from engine.protocol.last_words import log_uncaught_errors, say_in_a_signal_handler
from engine.protocol.log_lines import name_process
from webapp.rendering.worker.steps import RenderStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings")

app = Celery("webapp-render")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["webapp.rendering", "webapp.exports"])
app.steps["worker"].add(RenderStep)
app.set_default()


def _begin_worker(sender: str, **_arguments: object) -> None:
    name_process(sender)
    log_uncaught_errors()
    celery.apps.worker.safe_say = say_in_a_signal_handler


celeryd_init.connect(_begin_worker, weak=False)
task_prerun.connect(close_old_connections, weak=False)
task_postrun.connect(close_old_connections, weak=False)
