"""The pool: hands out pages of one Chromium, and replaces the browser when it is time.

Belongs to one asyncio loop. A browser is replaced when it has served its pages, when its memory has
grown, and when it has ended; pages that are still open in an old one may finish there.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import structlog
from playwright.async_api import BrowserContext, Error

from webapp.rendering.browser.chromium import Chromium
from webapp.rendering.browser.confinement import Confinement, list_confinements, own_user
from webapp.rendering.browser.errors import BrowserLost, BrowserMissing, PageFailed
from webapp.rendering.browser.page import RenderPage
from webapp.rendering.browser.requests import LibraryFile

WATCH_SECONDS = 0.2
MEASURE_EVERY_PAGES = 10
TRY_AGAIN_SECONDS = 60.0
_MIB = 1024 * 1024
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolOptions:
    """How large the pool is, and when a browser or a page is ended for its size."""

    program: Path
    pages_at_once: int = 2
    pages_per_browser: int = 200
    browser_memory_bytes: int = 800 * _MIB
    page_memory_bytes: int = 1024 * _MIB


class RenderPool:
    """Pages without a network, from one Chromium at a time."""

    def __init__(self, options: PoolOptions, library_file: LibraryFile) -> None:
        self._options = options
        self._library_file = library_file
        self._slots = asyncio.Semaphore(options.pages_at_once)
        self._starting = asyncio.Lock()
        self._current: Chromium | None = None
        self._retired: list[Chromium] = []
        self._watch: asyncio.Task[None] | None = None
        self._try_again_at = 0.0
        self.confinement: Confinement | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Start the first browser. Raises BrowserMissing with a sentence."""
        await self._obtain()
        self._watch = asyncio.create_task(self._watch_memory(), name="render-memory")

    async def close(self) -> None:
        """End all browsers; open pages fail with BrowserLost."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        browsers = self._browsers()
        self._current, self._retired = None, []
        await asyncio.gather(*(browser.close() for browser in browsers))

    @contextlib.asynccontextmanager
    async def page(
        self, *, width: int, height: int, scale: float = 1.0
    ) -> AsyncIterator[RenderPage]:
        """A fresh page of that many CSS pixels, closed on leaving; waits for its turn.

        Within, errors of Playwright become BrowserLost (try again) or PageFailed (do not). Raises
        BrowserMissing if no browser can be started.
        """
        async with self._slots:
            browser, context, page = await self._open(width, height, scale)
            try:
                yield page
            except Error as error:
                if page.has_crashed:
                    raise PageFailed("The page crashed or used too much memory.") from error
                if not browser.is_alive or "has been closed" in error.message:
                    raise BrowserLost("The browser ended under the page.") from error
                raise
            finally:
                await self._close(browser, context)

    @property
    def browser_pid(self) -> int | None:
        """Process id of the browser that gets the next page; None while there is none."""
        return self._current.pid if self._current is not None else None

    def measure_bytes(self) -> int:
        """Memory of all browsers with their drivers; takes some milliseconds."""
        return sum(browser.measure_bytes() for browser in self._browsers())

    async def _open(
        self, width: int, height: int, scale: float
    ) -> tuple[Chromium, BrowserContext, RenderPage]:
        for _attempt in (1, 2):
            browser = await self._obtain()
            browser.pages_open += 1
            browser.pages_served += 1
            try:
                context, page = await browser.open_page(
                    width=width, height=height, scale=scale, library_file=self._library_file
                )
            except BaseException as error:
                browser.pages_open -= 1
                if not isinstance(error, Error | TimeoutError):
                    raise
                # It ended between two pages, or answers no more; the next one is new.
                log.warning("browser_lost", pid=browser.pid)
                browser.kill()
                await self._retire(browser)
            else:
                return browser, context, page
        raise BrowserLost("The browser ended twice in a row.")

    async def _close(self, browser: Chromium, context: BrowserContext) -> None:
        await browser.close_page(context)
        browser.pages_open -= 1
        if browser.is_retired:
            await self._end_if_idle(browser)
        elif not browser.is_alive or await self._is_spent(browser):
            await self._retire(browser)

    async def _obtain(self) -> Chromium:
        """The present browser, started if there is none."""
        async with self._starting:
            if self._current is not None and not self._current.is_alive:
                await self._retire(self._current)
            if self._current is None:
                self._current = await self._start_browser()
            return self._current

    async def _start_browser(self) -> Chromium:
        if time.monotonic() < self._try_again_at:
            raise BrowserMissing(self._missing_sentence())
        ways = (self.confinement,) if self.confinement else list_confinements(own_user())
        faults = []
        for way in ways:
            try:
                browser = await Chromium.start(self._options.program, way)
            except (Error, BrowserLost) as error:
                faults.append(str(error))
                continue
            if self.confinement is None:
                self.confinement = way
                log.info("browser_confined", how=way.describe(), pid=browser.pid)
            return browser
        log.warning("browser_not_started", faults=[fault[-400:] for fault in faults])
        self._try_again_at = time.monotonic() + TRY_AGAIN_SECONDS
        raise BrowserMissing(self._missing_sentence())

    def _missing_sentence(self) -> str:
        return (
            f"Chromium ({self._options.program}) cannot be started safely here: allow user "
            "namespaces on this machine, or start Atelier as a user who has them."
        )

    def _browsers(self) -> list[Chromium]:
        return [*self._retired, *([self._current] if self._current else [])]

    async def _is_spent(self, browser: Chromium) -> bool:
        if browser.pages_served >= self._options.pages_per_browser:
            return True
        if browser.pages_served % MEASURE_EVERY_PAGES:
            return False
        used = await asyncio.to_thread(browser.measure_bytes)
        return used > self._options.browser_memory_bytes

    async def _retire(self, browser: Chromium) -> None:
        """Give no more pages to it; it ends with its last one."""
        if browser.is_retired:
            return
        browser.is_retired = True
        log.info("browser_retired", pid=browser.pid, pages=browser.pages_served)
        if self._current is browser:
            self._current = None
        self._retired.append(browser)
        await self._end_if_idle(browser)

    async def _end_if_idle(self, browser: Chromium) -> None:
        if browser.pages_open == 0 and browser in self._retired:
            self._retired.remove(browser)
            await browser.close()

    async def _watch_memory(self) -> None:
        """End pages that take too much, while pages are open."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            for browser in self._browsers():
                if browser.pages_open:
                    limit = self._options.page_memory_bytes
                    killed = await asyncio.to_thread(browser.kill_greedy_renderers, limit)
                    if killed:
                        log.warning("greedy_pages_ended", count=killed)
