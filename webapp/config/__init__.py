"""Settings, the ASGI application, URLs and the Celery application of the turns worker."""
