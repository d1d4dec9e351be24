"""Where the Chromium is: the system's, else the one that the set-up brought.

Imports the standard library only, since the set-up asks before any package is installed.
"""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
# Looked through too, since services are often started with a short PATH.
SYSTEM_FOLDERS = "/usr/bin:/usr/local/bin:/snap/bin"
BROUGHT_NAMES = ("chromium", "chromium-with-libraries")


def find_chromium(folder: Path, which: Callable[[str], str | None] = shutil.which) -> Path | None:
    """The program to start: the system's, else the one that the set-up put in `folder`."""
    for name in NAMES:
        path = which(name) or shutil.which(name, path=SYSTEM_FOLDERS)
        if path is not None and starts(Path(path)):
            return Path(path)
    return find_brought(folder)


def find_brought(folder: Path) -> Path | None:
    """The program that the set-up unpacked into `folder`, if it runs."""
    paths = (folder / name for name in BROUGHT_NAMES)
    return next((path for path in paths if path.exists() and starts(path)), None)


def starts(program: Path) -> bool:
    """True if the program can run here at all."""
    try:
        result = subprocess.run(
            [str(program), "--version"], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0
