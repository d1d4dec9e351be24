"""Keeps one Chromium running, and replaces it when it is time.

A browser is replaced when it has served its pages, when its memory has grown, and when it has
ended; pages that are still open in an old one may finish there.
"""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import structlog
from playwright.async_api import Error

from webapp.rendering.browser.chromium import Chromium
from webapp.rendering.browser.confinement import Confinement, list_confinements, own_user
from webapp.rendering.browser.errors import BrowserLost, BrowserMissing

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


class BrowserKeeper:
    """Belongs to one asyncio loop."""

    def __init__(self, options: PoolOptions) -> None:
        self._options = options
        self._starting = asyncio.Lock()
        self._retired: list[Chromium] = []
        self._try_again_at = 0.0
        self.current: Chromium | None = None
        self.confinement: Confinement | None = None

    def list_browsers(self) -> list[Chromium]:
        """The present one and those that end with their last page."""
        return [*self._retired, *([self.current] if self.current else [])]

    async def obtain(self) -> Chromium:
        """The present browser, started if there is none. Raises BrowserMissing with a sentence."""
        async with self._starting:
            if self.current is not None and not self.current.is_alive:
                await self.retire(self.current)
            if self.current is None:
                self.current = await self._start()
            return self.current

    async def note_closed_page(self, browser: Chromium) -> None:
        """A page of this browser has been closed: is it time for another one?"""
        if browser.is_retired:
            await self._end_if_idle(browser)
        elif not browser.is_alive or await self._is_spent(browser):
            await self.retire(browser)

    async def retire(self, browser: Chromium) -> None:
        """Give no more pages to it; it ends with its last one."""
        if browser.is_retired:
            return
        browser.is_retired = True
        log.info("browser_retired", pid=browser.pid, pages=browser.pages_served)
        if self.current is browser:
            self.current = None
        self._retired.append(browser)
        await self._end_if_idle(browser)

    async def close(self) -> None:
        """End all browsers."""
        browsers = self.list_browsers()
        self.current, self._retired = None, []
        await asyncio.gather(*(browser.close() for browser in browsers))

    async def watch_memory(self) -> None:
        """Until cancelled: end pages that take too much, while pages are open."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            for browser in self.list_browsers():
                if browser.pages_open:
                    limit = self._options.page_memory_bytes
                    killed = await asyncio.to_thread(browser.kill_greedy_renderers, limit)
                    if killed:
                        log.warning("greedy_pages_ended", count=killed)

    async def _start(self) -> Chromium:
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

    async def _is_spent(self, browser: Chromium) -> bool:
        if browser.pages_served >= self._options.pages_per_browser:
            return True
        if browser.pages_served % MEASURE_EVERY_PAGES:
            return False
        used = await asyncio.to_thread(browser.measure_bytes)
        return used > self._options.browser_memory_bytes

    async def _end_if_idle(self, browser: Chromium) -> None:
        if browser.pages_open == 0 and browser in self._retired:
            self._retired.remove(browser)
            await browser.close()
