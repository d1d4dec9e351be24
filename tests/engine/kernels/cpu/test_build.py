"""The library is built once, for its owner alone; whatever goes wrong is said and survived."""

import logging
import os
import stat
from pathlib import Path

import pytest

from engine.kernels.cpu import CpuLibrary, loading
from engine.kernels.cpu.build import build_library
from engine.kernels.cpu.loading import load_cpu_library


def write_compiler(folder: Path, script: str) -> str:
    """A stand-in that counts its builds in `builds`, so that tests need no minute."""
    folder.mkdir(exist_ok=True)
    compiler = folder / "compiler"
    compiler.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    compiler.chmod(0o700)
    return str(compiler)


BUILDS = """
if [ "$1" = --version ]; then echo one; exit 0; fi
for last; do :; done
echo built >> "$(dirname "$0")/builds"
echo library > "$last"
"""


def count_builds(folder: Path) -> int:
    return len((folder / "builds").read_text(encoding="utf-8").splitlines())


def test_a_library_is_built_once_and_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    compiler = write_compiler(tmp_path / "bin", BUILDS)
    first = build_library(tmp_path / "cache", compilers=(compiler,))
    assert first is not None
    assert build_library(tmp_path / "cache", compilers=(compiler,)) == first
    assert count_builds(tmp_path / "bin") == 1
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700
    assert stat.S_IMODE(first.stat().st_mode) == 0o700
    assert list((tmp_path / "cache").iterdir()) == [first]


def test_another_compiler_builds_another_file(tmp_path: Path) -> None:
    first = write_compiler(tmp_path / "one", BUILDS)
    second = write_compiler(tmp_path / "two", BUILDS.replace("echo one", "echo two"))
    libraries = {build_library(tmp_path / "cache", compilers=(c,)) for c in (first, second)}
    assert len(libraries) == 2


def test_a_target_that_the_compiler_does_not_know_is_left_out(tmp_path: Path) -> None:
    refusing = BUILDS.replace(
        "for last", 'case "$*" in *-march=*|*-mcpu=*) echo "error: -m" >&2; exit 1;; esac\nfor last'
    )
    compiler = write_compiler(tmp_path / "bin", refusing)
    assert build_library(tmp_path / "cache", compilers=(compiler,)) is not None


def test_without_a_compiler_there_is_no_library_and_a_sentence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert build_library(tmp_path, compilers=("no-such-compiler",)) is None
    assert "install g++" in caplog.text


def test_a_failed_build_is_said_and_leaves_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    script = 'if [ "$1" = --version ]; then exit 0; fi\necho "x.h:1: error: no header" >&2; exit 1'
    compiler = write_compiler(tmp_path / "bin", script)
    assert build_library(tmp_path / "cache", compilers=(compiler,)) is None
    assert "no header" in caplog.text
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_folder_that_others_can_write_to_is_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    compiler = write_compiler(tmp_path / "bin", BUILDS)
    folder = tmp_path / "cache"
    folder.mkdir()
    folder.chmod(0o777)
    assert build_library(folder, compilers=(compiler,)) is None
    assert "writable by others" in caplog.text


def test_a_library_that_others_could_have_written_is_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    compiler = write_compiler(tmp_path / "bin", BUILDS)
    library = build_library(tmp_path / "cache", compilers=(compiler,))
    assert library is not None
    library.chmod(0o722)
    assert build_library(tmp_path / "cache", compilers=(compiler,)) is None
    assert "writable by others" in caplog.text


def test_a_library_of_another_user_is_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiler = write_compiler(tmp_path / "bin", BUILDS)
    assert build_library(tmp_path / "cache", compilers=(compiler,)) is not None
    other = os.geteuid() + 1
    monkeypatch.setattr("os.geteuid", lambda: other)
    assert build_library(tmp_path / "cache", compilers=(compiler,)) is None
    assert "another user" in caplog.text


def test_a_file_that_is_no_library_is_not_loaded(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.so"
    broken.write_bytes(b"not a library")
    monkeypatch.setattr(loading, "build_library", lambda folder: broken)
    assert load_cpu_library(tmp_path) is None
    assert "cannot be loaded" in caplog.text


def test_a_library_that_computes_something_else_is_not_used(
    tmp_path: Path,
    library: CpuLibrary,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loading, "build_library", lambda folder: tmp_path)
    monkeypatch.setattr(loading, "CpuLibrary", lambda path: library)
    with caplog.at_level(logging.WARNING):
        assert load_cpu_library(tmp_path) is library
    assert caplog.text == ""
    monkeypatch.setattr(library, "wait", lambda step: None)
    assert load_cpu_library(tmp_path) is None
    assert "differs from torch" in caplog.text
