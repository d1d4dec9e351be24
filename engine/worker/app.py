"""The application that `celery -A engine.worker.app worker` starts; reads the environment."""

import os

from celery import Celery

from engine.worker.exit_reason import give_up
from engine.worker.settings import SettingsError, read_settings


def _load_app() -> Celery:
    try:
        settings = read_settings(os.environ)
    except SettingsError as fault:
        give_up(str(fault))
    # After the settings, since this loads torch and a fault should not wait for it.
    from engine.worker.celery_app import create_app

    return create_app(settings)


app = _load_app()
