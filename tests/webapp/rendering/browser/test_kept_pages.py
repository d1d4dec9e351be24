"""A page that is used again: only where nothing of its document can be left in it."""

import asyncio
import re

import pytest
from playwright.async_api import Page

from webapp.rendering.browser import page as page_module
from webapp.rendering.browser.page import MOST_DOCUMENTS
from webapp.rendering.browser.pool import RenderPool

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
STILL = "<!doctype html><h1>Still</h1>"


async def use(pool: RenderPool, document: str, *, width: int = 1280, kept: bool = True) -> Page:
    async with pool.page(width=width, height=720, may_be_kept=kept) as shown:
        await shown.load(document, timeout_ms=10_000)
        return shown.page


async def test_a_page_without_code_is_used_again(pool: RenderPool) -> None:
    first = await use(pool, STILL)
    assert await use(pool, "<p>Another") is first


@pytest.mark.parametrize(
    "document",
    [
        "<script>localStorage.setItem('name', 'Alice')</script>",
        "<SCRIPT SRC=/lib/greeter@1.0.0/greeter.js></SCRIPT>",
        "<svg/onload=\"document.cookie='name=Alice'\">",
        "<iframe srcdoc='&lt;script>localStorage.name = 1&lt;/script>'></iframe>",
        "<meta http-equiv=refresh content=600>",
        "<a href='javascript:void(0)'>x</a>",
    ],
)
async def test_a_page_that_may_have_run_code_is_given_up(pool: RenderPool, document: str) -> None:
    first = await use(pool, document)
    second = await use(pool, STILL)
    assert second is not first
    assert first.is_closed()


async def test_what_one_document_stored_the_next_cannot_see(pool: RenderPool) -> None:
    await use(pool, "<script>localStorage.name = document.cookie = 'name=Alice'</script>")
    async with pool.page(width=1280, height=720, may_be_kept=True) as shown:
        await shown.load(STILL, timeout_ms=10_000)
        assert await shown.page.evaluate("[localStorage.length, document.cookie]") == [0, ""]


async def test_code_that_was_overlooked_does_not_run(
    pool: RenderPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_module, "_MAY_RUN_CODE", re.compile(r"(?!)"))
    document = "<p>No</p><script>document.querySelector('p').textContent = 'Yes'</script>"
    async with pool.page(width=1280, height=720) as shown:
        await shown.load(document + "<svg onload='document.title = 1'></svg>", timeout_ms=10_000)
        assert await shown.page.inner_text("p") == "No"
        assert await shown.page.title() == ""
        assert shown.is_reusable


async def test_a_page_whose_user_says_nothing_is_given_up(pool: RenderPool) -> None:
    first = await use(pool, STILL, kept=False)
    assert await use(pool, STILL) is not first


async def test_a_kept_page_has_the_size_that_is_asked_for(pool: RenderPool) -> None:
    first = await use(pool, STILL, width=800)
    async with pool.page(width=1280, height=720, may_be_kept=True) as shown:
        assert shown.page is first
        await shown.load(STILL, timeout_ms=10_000)
        assert await shown.page.evaluate("innerWidth") == 1280


async def test_nothing_of_a_document_is_left_in_a_kept_page(pool: RenderPool) -> None:
    first = await use(pool, "<title>Secret</title><p>Secret")
    async with pool.page(width=1280, height=720, may_be_kept=True) as shown:
        assert shown.page is first
        assert await shown.page.content() == "<html><head></head><body></body></html>"
        assert shown.incidents == ()


async def test_a_page_is_given_up_after_many_documents(pool: RenderPool) -> None:
    pages = [await use(pool, STILL, kept=False)]
    for _ in range(MOST_DOCUMENTS + 1):
        pages.append(await use(pool, STILL))
    assert len(set(pages)) == 3


async def test_two_at_once_get_a_page_each(pool: RenderPool) -> None:
    async def both() -> list[Page]:
        return list(await asyncio.gather(use(pool, STILL), use(pool, STILL)))

    first, second = await both()
    assert first is not second
    assert await use(pool, STILL) in (first, second)
