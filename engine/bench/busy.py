"""Processes that keep the cores busy, as a web server under load would. They are ended for sure."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# A child that loses its parent ends by itself, also when the parent was killed.
_SPIN = """
import os
parent = int({parent})
while os.getppid() == parent:
    for _ in range(200_000):
        pass
"""


@contextmanager
def busy_processes(count: int) -> Iterator[tuple[int, ...]]:
    """`count` processes that compute without end, for as long as the block; their ids."""
    code = _SPIN.format(parent=os.getpid())
    children = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(count)]
    try:
        yield tuple(child.pid for child in children)
    finally:
        for child in children:
            child.kill()
        for child in children:
            child.wait()
