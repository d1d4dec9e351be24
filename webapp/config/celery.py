"""The Celery application of the web side: the turns worker runs it, web processes send with it.

Celery is only the doorbell: messages are JSON, acknowledged before they run, their results ignored.
"""

import os

from celery import Celery

from engine.protocol.names import TURNS_QUEUE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings")

from django.conf import settings

app = Celery("webapp")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_default_queue=TURNS_QUEUE,
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
)
app.autodiscover_tasks(["webapp.generation"])
