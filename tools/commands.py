"""Running a program with its output in a log, and the sentence for what went wrong."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_NO_NETWORK = (
    "Temporary failure in name resolution",
    "NewConnectionError",
    "Name or service not known",
    "Network is unreachable",
    "Failed to establish a new connection",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ENETUNREACH",
    "ECONNREFUSED",
    "ETIMEDOUT",
    "Connection refused",
)
_DISK_FULL = ("No space left on device", "ENOSPC")


class SetupError(Exception):
    """Set-up cannot go on; the text is one sentence that says what to do."""


def run_logged(
    what: str,
    command: Sequence[str],
    log: Path,
    *,
    folder: Path,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run `command` with its output appended to `log`. Raises SetupError naming `what`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        begin = output.tell()
        output.write(f"$ {' '.join(command)}\n".encode())
        output.flush()
        try:
            result = subprocess.run(
                command, cwd=folder, stdout=output, stderr=output, env=environment, check=False
            )
        except OSError as error:
            raise SetupError(f"{what} could not start ({error.strerror}: {command[0]}).") from error
    if result.returncode != 0:
        raise SetupError(failure_sentence(what, _written_since(log, begin), log))


def failure_sentence(what: str, output: str, log: Path) -> str:
    """What went wrong, by what the program said."""
    if any(sign in output for sign in _DISK_FULL):
        return f"{what} failed because the disk is full; make room and run it again."
    if any(sign in output for sign in _NO_NETWORK):
        return (
            f"{what} failed because the package registry cannot be reached; connect this machine "
            f"to the network for the first set-up and run it again (log: {log})."
        )
    return f"{what} failed; the reason stands at the end of {log}."


def _written_since(log: Path, begin: int) -> str:
    with log.open("rb") as file:
        file.seek(begin)
        return file.read().decode("utf-8", "replace")
