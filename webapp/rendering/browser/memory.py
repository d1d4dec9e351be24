"""How much memory a browser holds, by process tree."""

from collections.abc import Iterable

import psutil

_GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)


def find_process(sign: str) -> psutil.Process | None:
    """The descendant of ours whose command line holds `sign` and whose parent's does not."""
    for process in psutil.Process().children(recursive=True):
        try:
            if any(sign in argument for argument in process.cmdline()):
                return process
        except _GONE:
            continue
    return None


def list_tree(root: psutil.Process) -> list[psutil.Process]:
    """The process and all below it; empty if it has ended."""
    try:
        return [root, *root.children(recursive=True)]
    except _GONE:
        return []


def list_renderers(root: psutil.Process) -> list[psutil.Process]:
    """The processes below `root` that run pages."""
    return [process for process in list_tree(root) if _is_renderer(process)]


def _is_renderer(process: psutil.Process) -> bool:
    """True for a process that runs pages."""
    try:
        return "--type=renderer" in process.cmdline()
    except _GONE:
        return False


def own_bytes(process: psutil.Process) -> int:
    """Resident memory that the process shares with nobody, quickly read; 0 if it has ended."""
    try:
        info = process.memory_info()
    except _GONE:
        return 0
    return int(info.rss) - int(getattr(info, "shared", 0))


def tree_bytes(processes: Iterable[psutil.Process]) -> int:
    """Memory of all together: proportional shares where they may be read, else what is unshared."""
    return sum(_share_bytes(process) for process in processes)


def _share_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (*_GONE, AttributeError):
        return own_bytes(process)
