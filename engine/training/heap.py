"""Keeps the memory that a training step frees, so that the next one need not ask the system for it.

Every step allocates and frees the same large arrays. By default glibc returns them to the system,
and each page is then cleared and mapped anew (`mallopt(3)`).
"""

import ctypes

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
_KEPT_BYTES = 2**31 - 1  # an `int` in C
_STEP_BYTES = 256 * 2**20
_LARGEST_BYTES = 32 * 2**20  # glibc maps larger arrays one by one, whatever it is told


def keep_freed_memory() -> bool:
    """From now on freed arrays of up to 32 MiB stay with the process. False where the C library has
    no such settings."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    settings = (
        (_MMAP_THRESHOLD, _LARGEST_BYTES),
        (_TRIM_THRESHOLD, _KEPT_BYTES),
        (_TOP_PAD, _STEP_BYTES),
    )
    answers = [mallopt(name, value) for name, value in settings]
    return all(answers)
