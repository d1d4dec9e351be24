"""The library, built once for all runs of the tests on this machine."""

import os
import tempfile
from pathlib import Path

import pytest

from engine.kernels.cpu import CpuLibrary, load_cpu_library


@pytest.fixture(scope="session")
def library() -> CpuLibrary:
    folder = Path(tempfile.gettempdir()) / f"atelier-tests-{os.geteuid()}"
    loaded = load_cpu_library(folder)
    assert loaded is not None, "these tests need a C++ compiler"
    return loaded
