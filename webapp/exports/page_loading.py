"""Pages of an export in the browser: loaded, tried again, replaced where they are broken."""

import asyncio
import html
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

from playwright.async_api import Error

from webapp.exports.contents import ExportFailed, ExportPage, ExportSource, Progress
from webapp.rendering.browser.errors import (
    BrowserLost,
    BrowserMissing,
    MachineBusy,
    PageFailed,
    RenderError,
)
from webapp.rendering.browser.page import LoadState, RenderPage
from webapp.rendering.browser.pool import RenderPool

LOAD_MS = 15_000
WORK_SECONDS = 60.0
TABS = 2
PAGES_OF_A_TAB = 10
"""Then the tab is given back, so that checks of other people come in between."""
Result = TypeVar("Result")
Work = Callable[[RenderPage, ExportPage], Awaitable[Result]]

_PLACEHOLDER = """<!doctype html><html><head><meta charset="utf-8"><title>{title}</title><style>
html, body {{ width: {width}px; height: {height}px; margin: 0; overflow: hidden }}
body {{ display: grid; place-content: center; justify-items: center; gap: 16px; text-align: center;
  box-sizing: border-box; padding: 5%; background: #faf7f2; color: #3d3833;
  font: 28px/1.45 "Liberation Sans", Arial, sans-serif }}
h1 {{ margin: 0; font-size: 40px }} p {{ margin: 0; max-width: 30em }}
</style></head><body><h1>{title}</h1><p>{message}</p></body></html>"""


class _Broken(Exception):
    """The page cannot be shown; the text says why."""


class PageLoader:
    """Does one piece of work on each page of a source. A page that is broken gets a page that
    says so in its place; a browser that ends is replaced once for each page.

    Pages of one source share a tab of the browser: opening one costs three times what a page does.
    """

    def __init__(
        self,
        pool: RenderPool,
        source: ExportSource,
        progress: Progress,
        *,
        load_ms: int = LOAD_MS,
        work_seconds: float = WORK_SECONDS,
    ) -> None:
        self._pool = pool
        self._source = source
        self._progress = progress
        self._load_ms = load_ms
        self._work_seconds = work_seconds

    async def each(self, work: Work[Result]) -> list[Result]:
        """The work's results in the order of the pages, some of which are done beside each other.

        Raises ExportFailed without a browser.
        """
        pages = self._source.pages
        waiting, results = iter(pages), dict[int, Result]()
        self._progress.begin(len(pages) + 1, _saying(1, len(pages)))

        def keep(page: ExportPage, result: Result) -> None:
            results[page.number] = result
            is_last = len(results) == len(pages)
            text = _saying(len(results) + 1, len(pages))
            self._progress.step("Writing the file" if is_last else text)

        async def work_on() -> None:
            for page in waiting:
                await self._in_one_tab(page, waiting, work, keep)

        tasks = [asyncio.create_task(work_on()) for _ in range(TABS)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return [results[page.number] for page in pages]

    async def on(self, page: ExportPage, work: Work[Result]) -> Result:
        """The work on one page, or on its placeholder."""
        try:
            return await self._with_second_try(page, work)
        except _Broken as fault:
            return await self._instead(page, work, fault)

    async def _in_one_tab(
        self,
        first: ExportPage,
        waiting: Iterator[ExportPage],
        work: Work[Result],
        keep: Callable[[ExportPage, Result], None],
    ) -> None:
        """`first` and some that wait, until the tab has had its share or something goes wrong."""
        page, drawn = first, 0
        try:
            async with self._tab() as shown:
                while True:
                    keep(page, await self._draw(shown, page, work))
                    drawn += 1
                    following = next(waiting, None) if drawn < PAGES_OF_A_TAB else None
                    if following is None:
                        return
                    page = following
        except _Broken as fault:
            keep(page, await self._instead(page, work, fault))
        except (RenderError, TimeoutError, Error):
            keep(page, await self.on(page, work))

    async def _instead(self, page: ExportPage, work: Work[Result], fault: _Broken) -> Result:
        """The work on a page that stands for one that is broken."""
        self._progress.report(page.number, "page", str(fault))
        try:
            return await self._with_second_try(self._placeholder(page, str(fault)), work)
        except _Broken as error:
            raise ExportFailed(
                "The page could not be drawn, and no page in its place either; try again."
            ) from error

    def _placeholder(self, page: ExportPage, message: str) -> ExportPage:
        document = _PLACEHOLDER.format(
            title=html.escape(page.title or f"Page {page.number}"),
            message=html.escape(message),
            width=round(self._source.width),
            height=round(self._source.height),
        )
        return ExportPage(number=page.number, title=page.title, document=document, notes=page.notes)

    async def _with_second_try(self, page: ExportPage, work: Work[Result]) -> Result:
        try:
            return await self._once(page, work)
        except (BrowserLost, MachineBusy):
            return await self._once_more(page, work)

    async def _once_more(self, page: ExportPage, work: Work[Result]) -> Result:
        try:
            return await self._once(page, work)
        except BrowserLost as error:
            raise ExportFailed(
                "The browser that draws the pages ended twice; try the export again."
            ) from error
        except MachineBusy as error:
            raise ExportFailed(
                "The machine is too busy to draw the pages now; try the export again later."
            ) from error

    async def _once(self, page: ExportPage, work: Work[Result]) -> Result:
        try:
            async with self._tab() as shown:
                return await self._draw(shown, page, work)
        except TimeoutError as error:
            raise _Broken("It stopped answering while it was drawn.") from error
        except PageFailed as error:
            raise _Broken("It crashed or used too much memory.") from error
        except BrowserMissing as error:
            raise ExportFailed(str(error)) from error
        except Error as error:
            raise _Broken("The browser could not draw it.") from error

    def _tab(self) -> AbstractAsyncContextManager[RenderPage]:
        return self._pool.page(width=round(self._source.width), height=round(self._source.height))

    async def _draw(self, shown: RenderPage, page: ExportPage, work: Work[Result]) -> Result:
        outcome = await shown.load(page.document, timeout_ms=self._load_ms)
        if outcome.state is LoadState.CRASHED:
            raise _Broken("It crashed while it was loaded.")
        if outcome.state is LoadState.TIMED_OUT:
            seconds = round(self._load_ms / 1000)
            raise _Broken(f"It did not finish loading within {seconds} seconds.")
        async with asyncio.timeout(self._work_seconds):
            return await work(shown, page)


def _saying(number: int, total: int) -> str:
    return f"Page {number} of {total}" if total > 1 else "Drawing"
