"""Published pages: they show what was made, and nothing gets out of them, whatever its kind.

That the same probes do arrive where nothing seals them is shown in `test_leaks.py`.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.browser.conftest import BROUGHT_CHROMIUM
from tests.browser.kinds import probes_of_all_kinds
from tests.browser.listener import Listener
from tests.browser.planting import html_document, plant, publish_planted
from tests.browser.probes import NAVIGATIONS, Probe
from tests.browser.product import Product
from tests.browser.test_leaks import cookie_of
from tools.chromium import LAUNCH_OPTIONS
from webapp.rendering.browser.program import find_chromium
from webapp.shelf.catalog import read_catalog

SHOWN = "iframe:not(.coming)"
GAME = """<!doctype html><p id=text>Score</p><a href="https://example.com/more">More</a><script>
localStorage.setItem("best", "7"); addEventListener("keydown", ({ key }) => {
document.getElementById("text").textContent = "Key " + key + localStorage.getItem("best") });
</script>"""
DECK = "\n---\n".join(
    f"<!doctype html><h1>Slide {number}</h1><script>document.title</script>" for number in (1, 2, 3)
)


@dataclass(frozen=True, slots=True)
class Published:
    """A reader's window, the addresses by title, and the listener that every probe is aimed at."""

    page: Page
    addresses: dict[str, str]
    listener: Listener

    async def open(self, title: str) -> Page:
        """The publication of this title."""
        await self.page.goto(self.addresses[title])
        return self.page


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def published(
    browser: Browser, product: Product, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Published]:
    reader = await browser.browser_type.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=find_chromium(BROUGHT_CHROMIUM),
        args=list(LAUNCH_OPTIONS),
        base_url=product.url,
    )
    async with Listener() as listener:
        documents = probes_of_all_kinds(listener)
        documents += [html_document(one.name, one.document(listener)) for one in NAVIGATIONS]
        documents += [html_document("Game", GAME), {**html_document("Talk", DECK), "kind": "deck"}]
        d3 = f"<!doctype html><body><script src='{read_catalog().script('d3')}'></script>"
        d3 += "<script>d3.select('body')"
        documents.append(html_document("Library", f"{d3}.append('p').text('Selected')</script>"))
        conversation = await plant(product, reader, documents)
        addresses = publish_planted(product, conversation)
        yield Published(await reader.new_page(), addresses, listener)
    await reader.close()


@pytest.mark.parametrize("kind", ["html", "poster", "deck"])
async def test_no_channel_leads_out_of_a_published_page(kind: str, published: Published) -> None:
    page = await published.open(f"Probe {kind}")
    done = page.frame_locator(SHOWN).get_by_text("All attempts are made.")
    await expect(done).to_be_attached()
    assert published.listener.hits == []


@pytest.mark.parametrize(
    ("kind", "words"), [("markdown", "Written"), ("mermaid", "Drawn"), ("svg", "Drawn")]
)
async def test_no_picture_leaves_a_published_text(
    kind: str, words: str, published: Published
) -> None:
    page = await published.open(f"Probe {kind}")
    await expect(page.frame_locator(SHOWN).get_by_text(words)).to_be_visible()
    await page.wait_for_timeout(500)
    assert published.listener.hits == []


@pytest.mark.parametrize("probe", NAVIGATIONS, ids=lambda probe: probe.name)
async def test_a_published_page_cannot_leave_by_navigation(
    probe: Probe, published: Published
) -> None:
    def is_refusal(message: ConsoleMessage) -> bool:
        return "Content Security Policy" in message.text or "Unsafe attempt" in message.text

    async with published.page.expect_console_message(is_refusal):
        page = await published.open(probe.name)
    assert published.listener.hits == []
    assert page.url == published.addresses[probe.name]
    await expect(page.get_by_role("heading", name=probe.name)).to_be_visible()


async def test_a_game_runs_hears_keys_and_opens_links_only_when_told(
    published: Published, product: Product
) -> None:
    page = await published.open("Game")
    game = page.frame_locator(SHOWN)
    await expect(game.get_by_text("Score")).to_be_visible()
    await page.keyboard.press("ArrowUp")
    await expect(game.get_by_text("Key ArrowUp7")).to_be_visible()
    await game.get_by_role("link", name="More").click()
    link = page.get_by_role("alert").get_by_role("link", name="https://example.com/more")
    assert await link.get_attribute("rel") == "noopener noreferrer"
    remix = await page.get_by_role("link", name="Remix").get_attribute("href")
    slug = published.addresses["Game"].rpartition("/")[2]
    assert remix == f"{product.url}/remix/{slug}"


async def test_a_deck_is_walked_by_keyboard_and_click(published: Published) -> None:
    page = await published.open("Talk")
    slide = page.frame_locator(SHOWN)
    await expect(slide.get_by_role("heading", name="Slide 1")).to_be_visible()
    await expect(page.get_by_text("1 / 3")).to_be_visible()
    await page.keyboard.press("ArrowRight")
    await expect(slide.get_by_role("heading", name="Slide 2")).to_be_visible()
    await page.get_by_role("button", name="Next slide").click()
    await expect(slide.get_by_role("heading", name="Slide 3")).to_be_visible()
    await expect(page.get_by_role("button", name="Next slide")).to_be_disabled()
    await page.keyboard.press("Home")
    await expect(slide.get_by_role("heading", name="Slide 1")).to_be_visible()


async def test_a_published_page_uses_the_shelf_and_nothing_else(
    published: Published, product: Product
) -> None:
    requests: list[str] = []
    published.page.on("request", lambda request: requests.append(request.url))
    page = await published.open("Library")
    await expect(page.frame_locator(SHOWN).get_by_text("Selected")).to_be_visible()
    assert all(url.startswith(product.artifact_url) for url in requests)
    assert any("/lib/" in url for url in requests)


async def test_a_document_opened_directly_is_text(published: Published) -> None:
    await published.page.goto(f"{published.addresses['Probe html']}/1")
    assert await published.page.evaluate("self.origin") == "null"
    assert await cookie_of(published.page) == "SecurityError"
    assert "<!doctype html>" in await published.page.inner_text("body")
    assert published.listener.hits == []
