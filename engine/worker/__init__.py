"""The engine inside a Celery worker: the only engine room that knows Celery and Redis."""
