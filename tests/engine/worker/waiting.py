"""Waits for what another thread or process does, as long as it takes and not longer."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")
TIMEOUT_SECONDS = 60.0


def wait_for(read: Callable[[], Value], what: str, seconds: float = TIMEOUT_SECONDS) -> Value:
    """The first true value of `read`."""
    deadline = time.monotonic() + seconds
    while not (value := read()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.01)
    return value
