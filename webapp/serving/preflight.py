"""What is looked at before anything starts; each fault is one sentence."""

import errno
import shutil
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from webapp.serving.errors import StartError

MIN_FREE_BYTES = 200 * 1024 * 1024


def check_home(home: Path, free_bytes: Callable[[Path], int] | None = None) -> None:
    """`home` can be made and written, and its disk has room. Raises StartError."""
    try:
        for folder in (home, home / "log", home / "run"):
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StartError(_disk_sentence(home)) from error
        raise StartError(
            f"ATELIER_HOME {home} is not writable ({error.strerror}); set it to a folder of yours."
        ) from error
    measure = free_bytes or (lambda folder: shutil.disk_usage(folder).free)
    if measure(home) < MIN_FREE_BYTES:
        raise StartError(_disk_sentence(home))


def check_port(host: str, port: int, option: str) -> None:
    """`port` can be listened on; `option` is the option that changes it. Raises StartError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            raise StartError(_port_sentence(host, port, option, error)) from error


def check_model(folder: Path) -> None:
    """`folder` looks like a published checkpoint and can be read. Raises StartError."""
    hint = "choose a checkpoint folder or the name of one under models/ with --model."
    try:
        names = {path.name for path in folder.iterdir()}
        if "config.json" not in names:
            raise StartError(f"The model folder {folder} has no config.json; {hint}")
        (folder / "config.json").read_bytes()
    except FileNotFoundError as error:
        raise StartError(f"There is no model folder {folder}; {hint}") from error
    except OSError as error:
        raise StartError(
            f"The model folder {folder} cannot be read ({error.strerror}); {hint}"
        ) from error
    if not any(name.endswith(".safetensors") for name in names):
        raise StartError(f"The model folder {folder} has no .safetensors file; {hint}")


def _disk_sentence(home: Path) -> str:
    return (
        f"The disk that holds {home} has less than {MIN_FREE_BYTES // 1024 // 1024} MB free; "
        "make room or set ATELIER_HOME to another disk."
    )


def _port_sentence(host: str, port: int, option: str, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use; stop that program or choose another by {option}."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used without root; choose one above 1023 by {option}."
    return f"Cannot listen on {host} port {port} ({error.strerror}); change --host or {option}."
