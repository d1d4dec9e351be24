"""Pages whose browser or machine fails them are tried again, and then it is said why."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import pytest

from webapp.core.events import ArtifactKind
from webapp.exports.contents import ExportFailed, ExportPage, ExportSource, Progress
from webapp.exports.page_loading import PageLoader
from webapp.rendering.browser.errors import BrowserLost, MachineBusy, RenderError
from webapp.rendering.browser.page import LoadOutcome, LoadState, RenderPage
from webapp.rendering.browser.pool import RenderPool

SOURCE = ExportSource(
    kind=ArtifactKind.DECK,
    title="Bees",
    stem="bees",
    ending="pdf",
    content="",
    pages=(ExportPage(number=1, title="One", document="<h1>One"),),
    width=1280,
    height=720,
)


class UnluckyPage:
    """Fails so often, then loads."""

    def __init__(self, faults: list[RenderError]) -> None:
        self.faults = faults

    async def load(self, document: str, *, timeout_ms: int) -> LoadOutcome:
        if self.faults:
            raise self.faults.pop()
        return LoadOutcome(state=LoadState.LOADED, duration_ms=1.0, incidents=())


class UnluckyPool:
    """Lends the same page every time."""

    def __init__(self, *faults: RenderError) -> None:
        self._page = UnluckyPage(list(faults))

    @asynccontextmanager
    async def page(self, *, width: int, height: int) -> AsyncIterator[UnluckyPage]:
        yield self._page


async def export_pages(*faults: RenderError) -> list[str]:
    async def read_title(_shown: RenderPage, page: ExportPage) -> str:
        return page.title

    pool = cast("RenderPool", UnluckyPool(*faults))
    return await PageLoader(pool, SOURCE, Progress()).each(read_title)


@pytest.mark.parametrize("fault", [MachineBusy, BrowserLost])
async def test_a_page_is_tried_again(fault: type[RenderError]) -> None:
    assert await export_pages(fault("not now"), fault("not now")) == ["One"]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [(MachineBusy, "too busy .* later"), (BrowserLost, "ended twice; try the export again")],
)
async def test_what_does_not_get_better_is_said(fault: type[RenderError], sentence: str) -> None:
    with pytest.raises(ExportFailed, match=sentence):
        await export_pages(*(fault("not now") for _ in range(3)))
