"""From source to a library that is known to be right."""

import logging
from pathlib import Path

from engine.kernels.cpu.build import build_library
from engine.kernels.cpu.library import CpuLibrary
from engine.kernels.cpu.self_check import find_fault

logger = logging.getLogger(__name__)


def load_cpu_library(folder: Path) -> CpuLibrary | None:
    """Build (once), load and check the library; None, with a logged sentence, if any of it fails.

    folder: where built libraries are kept.
    """
    path = build_library(folder)
    if path is None:
        return None
    try:
        library = CpuLibrary(path)
    except OSError as error:
        logger.warning("The CPU step cannot be loaded and runs in slower eager mode: %s", error)
        return None
    fault = find_fault(library)
    if fault is not None:
        logger.warning(
            "The CPU step %s on this processor and is not used; steps run in slower eager mode.",
            fault,
        )
        return None
    return library
