"""Whether this worker process is going away; set once by Celery's own shutdown signal."""

from threading import Event

DRAINING = Event()
