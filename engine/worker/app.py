"""The application that `celery -A engine.worker.app worker` starts; reads the environment."""

import os

from celery import Celery

from engine.protocol.last_words import log_uncaught_errors
from engine.worker.exit_reason import give_up
from engine.worker.library_environment import prepare_libraries
from engine.worker.settings import SettingsError, read_settings


def _load_app() -> Celery:
    log_uncaught_errors()
    try:
        settings = read_settings(os.environ)
    except SettingsError as fault:
        give_up(str(fault))
    prepare_libraries(os.environ)
    # After both, since this loads torch: a fault should not wait for it, and it reads the policy.
    from engine.worker.celery_app import create_app

    return create_app(settings)


app = _load_app()
