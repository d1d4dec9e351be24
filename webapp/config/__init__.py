"""Settings, the ASGI application, URLs and the Celery application of the turns worker."""

from webapp.config.celery import app as celery_app

__all__ = ["celery_app"]
