"""The pool: hands out pages without a network, a warm one first if there is one.

A fresh page costs more than the look at it, so the next one is opened and warmed up while nobody
waits. No code but our own has run in it; a page of which that is true after it was used, and whose
user has changed nothing but its document, is the next one.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Self

import structlog
from playwright.async_api import BrowserContext, Error, ViewportSize

from webapp.rendering.browser.chromium import Chromium
from webapp.rendering.browser.confinement import Confinement
from webapp.rendering.browser.errors import BrowserLost, PageFailed, RenderError
from webapp.rendering.browser.keeper import BrowserKeeper, PoolOptions
from webapp.rendering.browser.page import RenderPage
from webapp.rendering.browser.requests import LibraryFile

__all__ = ["PoolOptions", "RenderPool"]
WARM_SIZE = ViewportSize(width=1280, height=720)
WARM_MS = 5000
# Letters of three kinds, so that fonts are found and drawn once before anybody waits for them.
WARM_DOCUMENT = (
    "<!doctype html><title>Warm</title><p style='font-family:sans-serif'>Ag"
    "<p style='font-family:serif'>Ag<p style='font-family:monospace'>Ag"
)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _OpenPage:
    browser: Chromium
    context: BrowserContext
    page: RenderPage


class RenderPool:
    """Pages from one Chromium at a time. Belongs to one asyncio loop."""

    def __init__(self, options: PoolOptions, library_file: LibraryFile) -> None:
        self._library_file = library_file
        self._slots = asyncio.Semaphore(options.pages_at_once)
        self._keeper = BrowserKeeper(options)
        self._spare: asyncio.Task[_OpenPage | None] | None = None
        self._watch: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Start the first browser. Raises BrowserMissing with a sentence."""
        await self._keeper.obtain()
        self._watch = asyncio.create_task(self._keeper.watch_memory(), name="render-memory")
        self._prepare_spare()

    async def close(self) -> None:
        """End all browsers; open pages fail with BrowserLost."""
        tasks = [task for task in (self._watch, self._spare) if task is not None]
        self._watch = self._spare = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._keeper.close()

    @contextlib.asynccontextmanager
    async def page(
        self, *, width: int, height: int, scale: float = 1.0, may_be_kept: bool = False
    ) -> AsyncIterator[RenderPage]:
        """A fresh page of that many CSS pixels, closed on leaving; waits for its turn. Whoever does
        nothing to it but load and look says that it `may_be_kept` for the next one.

        Within, errors of Playwright become BrowserLost (try again) or PageFailed (do not). Raises
        BrowserMissing if no browser can be started.
        """
        async with self._slots:
            opened = await self._take(width, height, scale)
            page, browser = opened.page, opened.browser
            is_well = False
            try:
                yield page
                is_well = may_be_kept and scale == 1.0
            except Error as error:
                if page.has_crashed:
                    raise PageFailed("The page crashed or used too much memory.") from error
                if not browser.is_alive or "has been closed" in error.message:
                    raise BrowserLost("The browser ended under the page.") from error
                raise
            finally:
                await self._give_back(opened, may_be_kept=is_well and page.is_reusable)

    async def _give_back(self, opened: _OpenPage, *, may_be_kept: bool) -> None:
        browser = opened.browser
        if not may_be_kept:
            await browser.close_page(opened.context)
        browser.pages_open -= 1
        await self._keeper.note_closed_page(browser)
        if may_be_kept and (browser.is_retired or not self._keep(opened)):
            await browser.close_page(opened.context)
        self._prepare_spare()

    @property
    def confinement(self) -> Confinement | None:
        """How the browser is held; None before the first one."""
        return self._keeper.confinement

    @property
    def browser_pid(self) -> int | None:
        """Process id of the browser that gets the next page; None while there is none."""
        return self._keeper.current.pid if self._keeper.current is not None else None

    def measure_bytes(self) -> int:
        """Memory of all browsers with their drivers; takes some milliseconds."""
        return sum(browser.measure_bytes() for browser in self._keeper.list_browsers())

    async def _take(self, width: int, height: int, scale: float) -> _OpenPage:
        opened = await self._take_spare(width, height) if scale == 1.0 else None
        opened = opened or await self._open(width, height, scale)
        opened.browser.pages_open += 1
        opened.browser.pages_served += 1
        return opened

    async def _take_spare(self, width: int, height: int) -> _OpenPage | None:
        """The warm page at that size; None if there is none that is well."""
        task, self._spare = self._spare, None
        spare = await task if task is not None else None
        if spare is None or spare.browser.is_retired or not spare.browser.is_alive:
            return None
        if spare.page.has_crashed:
            await spare.browser.close_page(spare.context)
            return None
        try:
            size = ViewportSize(width=width, height=height)
            if size != spare.page.page.viewport_size:
                await spare.page.page.set_viewport_size(size)
        except Error:
            return None
        return spare

    async def _open(self, width: int, height: int, scale: float) -> _OpenPage:
        """A page from the present browser, or from a new one if that does not answer."""
        for _attempt in (1, 2):
            browser = await self._keeper.obtain()
            # Counted while it opens, so that the browser is not ended under it.
            browser.pages_open += 1
            try:
                context, page = await browser.open_page(
                    width=width, height=height, scale=scale, library_file=self._library_file
                )
                return _OpenPage(browser, context, page)
            except (Error, TimeoutError):
                log.warning("browser_lost", pid=browser.pid)
                browser.kill()
            finally:
                browser.pages_open -= 1
            await self._keeper.retire(browser)
        raise BrowserLost("The browser ended twice in a row.")

    def _prepare_spare(self) -> None:
        if self._spare is None and self._watch is not None:
            self._spare = asyncio.create_task(self._warm(), name="render-spare")

    def _keep(self, opened: _OpenPage) -> bool:
        """Make the page the spare one, if there is none yet."""
        if self._spare is not None or self._watch is None:
            return False
        self._spare = asyncio.create_task(self._clear(opened), name="render-kept")
        return True

    async def _clear(self, opened: _OpenPage) -> _OpenPage | None:
        try:
            await opened.page.clear()
        except Error:
            await opened.browser.close_page(opened.context)
            return None
        return opened

    async def _warm(self) -> _OpenPage | None:
        try:
            spare = await self._open(WARM_SIZE["width"], WARM_SIZE["height"], 1.0)
            await spare.page.load(WARM_DOCUMENT, timeout_ms=WARM_MS)
            await spare.page.screenshot()
        except (Error, RenderError) as error:
            log.info("no_spare_page", reason=str(error)[:200])
            return None
        return spare
