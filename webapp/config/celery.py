"""The Celery application of the web side: the turns worker runs it, web processes send with it.

Celery is only the doorbell: messages are JSON, acknowledged before they run, their results ignored.
Its settings are the `CELERY_` names of `webapp.config.settings`, read at the first use.
"""

import os

import celery.apps.worker
from celery import Celery
from celery.signals import celeryd_init, task_postrun, task_prerun
from django.db import close_old_connections

from engine.protocol.last_words import log_uncaught_errors, say_in_a_signal_handler
from engine.protocol.log_lines import name_process
from webapp.generation.worker_steps import TurnsHousekeeping, TurnsWarmUp
from webapp.workers.worker_steps import CollectorStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings")

app = Celery("webapp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["webapp.generation"])
app.steps["worker"].add(TurnsHousekeeping)
app.steps["worker"].add(TurnsWarmUp)
app.steps["worker"].add(CollectorStep)
app.set_default()


def _begin_worker(sender: str, **_arguments: object) -> None:
    name_process(sender)
    log_uncaught_errors()
    celery.apps.worker.safe_say = say_in_a_signal_handler


celeryd_init.connect(_begin_worker, weak=False)
task_prerun.connect(close_old_connections, weak=False)
task_postrun.connect(close_old_connections, weak=False)
