"""A thread with the asyncio loop that owns the render pool; other threads hand it work."""

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import structlog

from webapp.rendering.browser.errors import BrowserMissing
from webapp.rendering.browser.pool import PoolOptions, RenderPool
from webapp.rendering.browser.program import find_chromium
from webapp.rendering.browser.requests import LibraryFile
from webapp.rendering.worker.status import RenderStatus

START_SECONDS = 180.0
CLOSE_SECONDS = 6.0
NO_PROGRAM = (
    "There is no Chromium on this machine, so nothing is checked or exported; install the system's "
    "chromium, or run: make setup"
)
Result = TypeVar("Result")
log = structlog.get_logger(__name__)


class PoolLoop:
    """`start` and `stop` are called once; `submit` by any thread between."""

    def __init__(self, chromium_folder: Path, library_file: LibraryFile) -> None:
        self._folder = chromium_folder
        self._library_file = library_file
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="render", daemon=True)
        self._pool: RenderPool | None = None
        self._fault = NO_PROGRAM

    @property
    def status(self) -> RenderStatus:
        """Whether there is a browser, and how it is held or what is missing."""
        confinement = self._pool.confinement if self._pool is not None else None
        if confinement is None:
            return RenderStatus(has_browser=False, text=self._fault)
        return RenderStatus(has_browser=True, text=confinement.describe())

    def start(self) -> None:
        """Start the loop, and a first browser if one can be had."""
        self._thread.start()
        program = find_chromium(self._folder)
        if program is None:
            log.warning("no_chromium", folder=str(self._folder))
            return
        opened = asyncio.run_coroutine_threadsafe(self._open(program), self._loop)
        try:
            self._pool = opened.result(START_SECONDS)
        except (BrowserMissing, concurrent.futures.TimeoutError) as error:
            self._fault = str(error) or "Chromium did not start in time."

    def stop(self) -> None:
        """End the browsers and the loop."""
        if self._pool is not None:
            closed = asyncio.run_coroutine_threadsafe(self._pool.close(), self._loop)
            with contextlib.suppress(concurrent.futures.TimeoutError):
                closed.result(CLOSE_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSE_SECONDS)

    def submit(
        self, work: Callable[[RenderPool], Awaitable[Result]]
    ) -> concurrent.futures.Future[Result]:
        """Start `work` on the loop; cancelling the future cancels the work. Without a browser the
        future has BrowserMissing."""

        async def run() -> Result:
            if self._pool is None:
                raise BrowserMissing(self._fault)
            return await work(self._pool)

        return asyncio.run_coroutine_threadsafe(run(), self._loop)

    async def _open(self, program: Path) -> RenderPool:
        pool = RenderPool(PoolOptions(program=program), self._library_file)
        await pool.start()
        return pool
