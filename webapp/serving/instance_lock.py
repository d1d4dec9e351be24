"""One running Atelier per ATELIER_HOME."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from webapp.serving.errors import StartError


@contextmanager
def hold_instance_lock(home: Path) -> Iterator[None]:
    """Hold `home` for this process; the system lets go of it however the process ends.

    Raises StartError if another process holds it.
    """
    descriptor = os.open(home / "run" / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise StartError(
                f"Atelier already runs on {home} (process {pid}); stop it, "
                "or set ATELIER_HOME to another folder."
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
