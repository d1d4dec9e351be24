"""Ending asyncio tasks for certain.

One `cancel()` is not enough: until Python 3.12 `asyncio.wait_for` loses a cancellation that comes
in the moment in which what it waits for is done (python/cpython#86296), and the Redis client sends
every command through it.
"""

import asyncio
from collections.abc import Iterable

REPEAT_SECONDS = 0.1


async def end_tasks(tasks: Iterable["asyncio.Task[None]"]) -> None:
    """Cancel the tasks until every one has ended; what they raise is theirs."""
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=REPEAT_SECONDS)
