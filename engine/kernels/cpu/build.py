"""Builds a C++ library with the system's compiler and keeps it for the next start.

The file's name says what it was built from: the sources, the compiler, its options and the
processor. So a changed source or another machine builds anew, and nothing is ever overwritten.
"""

import hashlib
import logging
import os
import platform
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a library is made of: every file of the folder counts, `main` is compiled. `label` and
    `fallback` say in logged sentences what is missing without it, and what is done instead."""

    folder: Path
    main: str
    name: str
    label: str
    fallback: str


STEP = Source(
    folder=Path(__file__).parent / "source",
    main="step.cpp",
    name="cpu-step",
    label="The CPU step",
    fallback="runs in slower eager mode",
)
COMPILERS = ("c++", "g++", "clang++")
# Without -ffast-math: a number that is not finite must stay one, since it is looked for.
_OPTIONS = (
    *("-std=c++17", "-O3", "-fPIC", "-shared", "-pthread", "-fvisibility=hidden"),
    *("-ffp-contract=fast", "-fno-math-errno"),
)
# The last one builds for any processor of the kind; it is right and slower.
_TARGETS = (("-march=native",), ("-mcpu=native",), ())
_BUILD_TIMEOUT_SECONDS = 300


def default_cache_folder() -> Path:
    """Where libraries are kept when nobody names a folder."""
    return Path.home() / ".cache" / "atelier"


def build_library(
    folder: Path, *, source: Source = STEP, compilers: Sequence[str] = COMPILERS
) -> Path | None:
    """The built library in `folder`, built now if need be; None, with a logged sentence, if not.

    The folder is made for this user alone; one that others could write to is refused, and so is a
    library in it, since whatever lies there is executed.
    """
    compiler = _find_compiler(compilers)
    if compiler is None:
        logger.warning(
            "No C++ compiler (%s) is installed. %s %s; install g++ to speed it up.",
            ", ".join(compilers),
            source.label,
            source.fallback,
        )
        return None
    try:
        _prepare_folder(folder)
        library = folder / f"{source.name}-{_fingerprint(compiler, source)}.so"
        if library.exists():
            _require_private(library)
            return library
        return _build(compiler, library, source)
    except (OSError, subprocess.SubprocessError) as error:
        logger.warning("%s was not built and %s: %s", source.label, source.fallback, error)
        return None


def _find_compiler(names: Sequence[str]) -> str | None:
    found = (shutil.which(name) for name in names)
    return next((path for path in found if path is not None), None)


def _prepare_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _require_private(folder)


def _require_private(path: Path) -> None:
    """Raise PermissionError if somebody else could have put something there."""
    status = path.stat()
    if status.st_uid != os.geteuid():
        raise PermissionError(f"{path} belongs to another user; remove it or name another folder")
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(f"{path} is writable by others; run chmod go-w on it")


def _fingerprint(compiler: str, source: Source) -> str:
    """Names sources, compiler, options and processor."""
    digest = hashlib.sha256()
    for file in sorted(source.folder.iterdir()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    version = subprocess.run(
        [compiler, "--version"], capture_output=True, check=True, timeout=_BUILD_TIMEOUT_SECONDS
    )
    digest.update(version.stdout)
    digest.update(repr((_OPTIONS, _TARGETS, platform.machine(), _processor())).encode())
    return digest.hexdigest()[:24]


def _processor() -> str:
    """The processor's name and abilities: a home folder may be shared by different machines."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    names = ("model name", "flags", "Features", "CPU part")
    return "\n".join(sorted({line for line in lines if line.startswith(names)}))


def _build(compiler: str, library: Path, source: Source) -> Path | None:
    """Compile beside the target and rename: a second process finds all or nothing."""
    with tempfile.TemporaryDirectory(dir=library.parent) as scratch:
        output = Path(scratch) / library.name
        error = ""
        for target in _TARGETS:
            error = _compile(compiler, target, source.folder / source.main, output)
            if not error:
                output.chmod(0o700)
                output.replace(library)
                return library
    logger.warning(
        "%s did not compile with %s and %s: %s", source.label, compiler, source.fallback, error
    )
    return None


def _compile(compiler: str, target: Sequence[str], source: Path, output: Path) -> str:
    """Run the compiler; empty if it succeeded, else the last line of what it said."""
    command = [compiler, *_OPTIONS, *target, str(source), "-o", str(output)]
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=_BUILD_TIMEOUT_SECONDS
    )
    if result.returncode == 0 and output.exists():
        return ""
    lines = [line for line in result.stderr.splitlines() if "error" in line] or [
        f"exit status {result.returncode}"
    ]
    return lines[0]
