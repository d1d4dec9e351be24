"""Opens the files of a model's folder and refuses, in one sentence with the fix, what is no file.

A folder may come from anywhere: it may hold a link that leads round in a circle, a pipe on which
reading never ends, or a text file of many gigabytes. Nothing is read here without a limit.
"""

import os
import stat
from pathlib import Path

from engine.errors import CheckpointError

DOWNLOAD_AGAIN = "download it again"
DOWNLOAD_MODEL = "download the model again"
CHOOSE_MODEL = "set ATELIER_MODEL to the folder of a GLM-4.5 model"
_MEBIBYTE = 2**20


def require_folder(folder: Path) -> None:
    """Raise CheckpointError unless there is such a folder."""
    if not folder.is_dir():
        raise CheckpointError(f"There is no model folder {folder}; {CHOOSE_MODEL}.")


def open_model_file(path: Path) -> tuple[int, int]:
    """Open a regular file (a link to one will do) for reading: file descriptor and size in bytes.

    Raises CheckpointError for what is missing, no regular file, or not ours to read.
    """
    try:
        # A pipe without a writer would otherwise hold us in this very call.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise CheckpointError(
            f"{path.name} is missing in {path.parent}; {DOWNLOAD_MODEL}."
        ) from None
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise CheckpointError(f"{path.name} is not a regular file; remove it and {DOWNLOAD_AGAIN}.")
    return descriptor, status.st_size


def read_model_text(path: Path, max_bytes: int) -> str:
    """The whole of a UTF-8 text file of at most `max_bytes`; raises CheckpointError."""
    descriptor, size = open_model_file(path)
    with os.fdopen(descriptor, "rb") as file:
        if size > max_bytes:
            raise CheckpointError(
                f"{path.name} has {size // _MEBIBYTE} MiB, more than the {max_bytes // _MEBIBYTE} "
                f"that such a file may have; {DOWNLOAD_AGAIN}."
            )
        try:
            return file.read(max_bytes).decode("utf-8")
        except UnicodeDecodeError:
            raise CheckpointError(f"{path.name} is not UTF-8 text; {DOWNLOAD_AGAIN}.") from None
        except OSError as error:
            raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError | ValueError) -> CheckpointError:
    """The error for a file that the system does not give to us."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return CheckpointError(
        f"{path.name} cannot be read ({reason}); check the file and its permissions, or "
        f"{DOWNLOAD_AGAIN}."
    )


def damaged(path: Path, reason: str) -> CheckpointError:
    """The error for a file whose content is not what it should be."""
    return CheckpointError(f"{path.name} is damaged: {reason}; {DOWNLOAD_AGAIN}.")
