"""Whether there is room to store anything: below a reserve Atelier only reads.

The reserve is for what is under way: answers that are being written end, and Redis and the
database keep their logs whole.
"""

import shutil

from django.conf import settings

from engine.protocol import ErrorCode
from webapp.core.errors import AppError, Unavailable

RESERVE_BYTES = 32 * 1024 * 1024
# How SQLite, PostgreSQL (53100, disk_full), the system and Redis say it.
_SIGNS = ("disk is full", "disk full", "no space left", "misconf")


def is_storage_full() -> bool:
    """Whether the disk of the data folder has less than the reserve left."""
    try:
        return shutil.disk_usage(settings.ATELIER_HOME).free < RESERVE_BYTES
    except OSError:
        return False


def refuse_when_full() -> None:
    """Raises AppError `storage_full` while there is no room for anything new."""
    if is_storage_full():
        raise AppError(ErrorCode.STORAGE_FULL)


def explain_failure(error: Exception) -> AppError:
    """What a failing database or Redis means to a person: no room, or a part that is away."""
    text = str(error).lower()
    if any(sign in text for sign in _SIGNS):
        return AppError(ErrorCode.STORAGE_FULL)
    return Unavailable()
