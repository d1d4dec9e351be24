"""How long a page may take: by the time that it computes, not by the clock on the wall.

On a busy machine a good page may take long, and an endless one is known by what it computes. So a
page hangs when its own processes have used their time up; the clock only ends what gets no time.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence

import psutil

from webapp.rendering.browser.errors import MachineBusy, PageHangs

LOOK_SECONDS = 0.2
WALL_SECONDS = 30.0
_GONE = (psutil.NoSuchProcess, psutil.AccessDenied)


@contextlib.asynccontextmanager
async def limit_computing(
    processes: Sequence[psutil.Process], milliseconds: float
) -> AsyncIterator[None]:
    """Ends what is awaited within when `processes` have computed for `milliseconds` together, or
    after `WALL_SECONDS` more by the clock. Raises PageHangs, MachineBusy."""
    limit = milliseconds / 1000
    begin, wall_end = computing_seconds(processes), time.monotonic() + limit + WALL_SECONDS
    hangs = False

    async def watch(scope: asyncio.Timeout) -> None:
        nonlocal hangs
        while not hangs and time.monotonic() < wall_end:
            await asyncio.sleep(min(LOOK_SECONDS, limit))
            hangs = computing_seconds(processes) - begin >= limit
        scope.reschedule(asyncio.get_running_loop().time())

    try:
        async with asyncio.timeout(None) as scope:
            watcher = asyncio.create_task(watch(scope))
            try:
                yield
            finally:
                watcher.cancel()
    except TimeoutError as error:
        if not scope.expired():
            raise
        if hangs:
            raise PageHangs(f"The page did not answer after {limit:g} s of computing.") from error
        raise MachineBusy("The machine is too busy to look at pages now.") from error


def computing_seconds(processes: Sequence[psutil.Process]) -> float:
    """Processor time of all together, of the user and of the system."""
    return sum(_seconds(process) for process in processes)


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except _GONE:
        return 0.0
    return float(times.user + times.system)
