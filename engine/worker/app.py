"""The application that `celery -A engine.worker.app worker` starts; reads the environment."""

import os

from engine.worker.celery_app import CANNOT_WORK_EXIT_CODE, create_app, print_reason
from engine.worker.settings import SettingsError, read_settings

try:
    app = create_app(read_settings(os.environ))
except SettingsError as fault:
    print_reason(str(fault))
    raise SystemExit(CANNOT_WORK_EXIT_CODE) from fault
