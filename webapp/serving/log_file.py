"""Log files under ATELIER_HOME/log: one for each process, one older one kept of each."""

import logging
from pathlib import Path

MAX_LOG_BYTES = 20 * 1024 * 1024


def log_to_file(path: Path) -> None:
    """Send this process's logs to `path` instead of the terminal."""
    rotate_log(path)
    root = logging.getLogger()
    handler = logging.FileHandler(path, encoding="utf-8")
    for old in root.handlers[:]:
        handler.setFormatter(old.formatter)
        root.removeHandler(old)
    root.addHandler(handler)


def rotate_log(path: Path) -> None:
    """Put a log that has grown large aside."""
    if path.exists() and path.stat().st_size > MAX_LOG_BYTES:
        path.replace(path.with_suffix(".1.log"))
