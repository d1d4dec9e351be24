"""A deck in the panel, on the whole screen and in the presenter's window, by mouse and keyboard."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect
from pypdf import PdfReader

from tests.browser.chat import Chat
from tests.browser.conftest import VIEWPORT
from tests.browser.planting import deck, open_document, plant
from tests.browser.product import Product

PAGES = [("Volcanoes", "Say hello."), ("Magma", "It is hot."), ("Lava", ""), ("Ash", "")]
TITLES = [title for title, _ in PAGES]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tab(browser: Browser, product: Product) -> AsyncIterator[Chat]:
    """A tab with a deck of four slides in its panel; the tests leave the deck as they find it."""
    person = await browser.new_context(base_url=product.url, viewport=VIEWPORT)
    conversation = await plant(product, person, [deck("Volcanoes", PAGES)])
    chat = await open_document(person, conversation, "Volcanoes")
    await expect(heading(chat.panel)).to_have_text("Volcanoes")
    yield chat
    await person.close()


@pytest_asyncio.fixture(loop_scope="session")
async def chat(tab: Chat) -> Chat:
    """The tab at the first slide, wherever the test before was."""
    await tab.panel.get_by_role("group", name="Slides").press("Home")
    return tab


def heading(place: Page | Locator) -> Locator:
    """The title on the slide that shows."""
    frame = place.frame_locator('iframe[title="Artifact preview"]:not(.coming)').first
    return frame.locator("h1")


def button(place: Page | Locator, name: str) -> Locator:
    return place.get_by_role("button", name=name, exact=True)


async def shows(chat: Chat, titles: list[str]) -> None:
    """The strip has these slides, in this order."""
    slides = chat.panel.get_by_role("list", name="All slides").get_by_role("button")
    await expect(slides).to_have_count(len(titles))
    for slide, title in zip(await slides.all(), titles, strict=True):
        await expect(slide).to_have_accessible_name(re.compile(f": {re.escape(title)}$"))


async def show(chat: Chat) -> Locator:
    """Begins the show at the first slide."""
    await chat.panel.get_by_role("group", name="Slides").press("Home")
    await expect(chat.panel.get_by_text("1 / 4")).to_be_visible()
    await button(chat.panel, "Present").click()
    dialog = chat.page.get_by_role("dialog", name="Presentation")
    await expect(dialog.get_by_role("group", name="Slide 1 of 4")).to_be_focused()
    return dialog


async def press_until_shown(chat: Chat, key: str, place: str) -> None:
    """The slide's own process has the keyboard for some milliseconds after a click into it."""
    for _ in range(30):
        await chat.page.keyboard.press(key)
        if await chat.panel.get_by_text(place).is_visible():
            return
        await chat.page.wait_for_timeout(100)
    raise AssertionError(f"{key} does not lead to {place}")


async def test_slides_are_turned_by_buttons_and_by_keys(chat: Chat) -> None:
    await expect(chat.panel.get_by_text("1 / 4")).to_be_visible()
    await button(chat.panel, "Next slide").click()
    await expect(chat.panel.get_by_text("2 / 4")).to_be_visible()
    await expect(heading(chat.panel)).to_have_text("Magma")
    notes = chat.panel.get_by_role("textbox", name="Speaker notes")
    await expect(notes).to_have_value("It is hot.")

    # A click into the slide leaves the keys to the deck.
    box = await heading(chat.panel).bounding_box()
    assert box is not None
    await chat.page.mouse.click(box["x"] + 5, box["y"] + 5)
    await press_until_shown(chat, "End", "4 / 4")
    await expect(heading(chat.panel)).to_have_text("Ash")
    await button(chat.panel, "Previous slide").click()
    await expect(heading(chat.panel)).to_have_text("Lava")


async def test_a_deck_is_presented_by_keyboard(chat: Chat) -> None:
    dialog = await show(chat)
    keyboard = chat.page.keyboard

    await keyboard.press("Space")
    await expect(heading(dialog)).to_have_text("Magma")
    await keyboard.press("n")
    await expect(dialog.get_by_role("region", name="Speaker notes")).to_have_text("It is hot.")
    await keyboard.press("4")
    await keyboard.press("Enter")
    await expect(heading(dialog)).to_have_text("Ash")
    await keyboard.press("b")
    await keyboard.press("ArrowLeft")
    await expect(dialog.get_by_role("group", name="Slide 4 of 4")).to_be_visible()
    await keyboard.press("ArrowLeft")
    await expect(heading(dialog)).to_have_text("Lava")

    await keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(chat.panel.get_by_text("3 / 4")).to_be_visible()
    await expect(button(chat.panel, "Present")).to_be_focused()


async def test_the_presenters_window_follows_the_show_and_leads_it(chat: Chat) -> None:
    dialog = await show(chat)
    async with chat.page.context.expect_page() as opened:
        await chat.page.keyboard.press("p")
    presenter = await opened.value

    await expect(presenter.get_by_role("region", name="Speaker notes")).to_contain_text(
        "Say hello."
    )
    await expect(presenter.get_by_role("heading", name="Next: Magma")).to_be_visible()
    await button(presenter, "Next slide").click()
    await expect(heading(dialog)).to_have_text("Magma")
    await presenter.keyboard.press("End")
    await expect(dialog.get_by_role("group", name="Slide 4 of 4")).to_be_visible()
    # What is only for the presenter does not come up in front of everybody.
    await presenter.keyboard.press("n")
    await presenter.keyboard.press("Home")
    await expect(dialog.get_by_role("group", name="Slide 1 of 4")).to_be_visible()
    await expect(dialog.get_by_role("region", name="Speaker notes")).to_have_count(0)

    async with presenter.expect_event("close"):
        await button(dialog, "End presentation").click()
    await expect(dialog).to_have_count(0)


async def test_slides_are_moved_and_removed_by_keyboard_and_brought_back(chat: Chat) -> None:
    strip = chat.panel.get_by_role("list", name="All slides").get_by_role("button")
    await strip.first.focus()
    await chat.page.keyboard.press("Alt+ArrowRight")
    await expect(strip.nth(1)).to_be_focused()
    await shows(chat, ["Magma", "Volcanoes", "Lava", "Ash"])
    await chat.page.keyboard.press("Alt+Home")
    await expect(strip.first).to_be_focused()
    await shows(chat, TITLES)

    await chat.page.keyboard.press("Delete")
    await expect(chat.panel.get_by_text("1 / 3")).to_be_visible()
    await shows(chat, TITLES[1:])
    note = chat.page.get_by_role("region", name="Notifications")
    await button(note, "Undo").click()
    await expect(chat.panel.get_by_text("1 / 4")).to_be_visible()
    await shows(chat, TITLES)
    stored = await stored_version(chat)
    assert [page["title"] for page in stored["pages"]] == TITLES
    assert stored["author"] == "person"


async def test_a_deck_is_exported_while_the_chat_goes_on(chat: Chat) -> None:
    await button(chat.panel, "Export").click()
    async with chat.page.expect_download() as download:
        await chat.page.get_by_role("menuitem", name="PDF", exact=True).click()
        exports = chat.page.get_by_role("region", name="Exports")
        await expect(exports).to_contain_text("Volcanoes · PDF")
    file = await download.value

    assert file.suggested_filename == "volcanoes.pdf"
    pages = PdfReader(await file.path()).pages
    assert [title in page.extract_text() for page, title in zip(pages, TITLES, strict=True)] == (
        [True] * len(TITLES)
    )
    await expect(exports).to_contain_text("Downloaded")
    await button(exports, "Dismiss").click()
    await expect(exports).to_have_count(0)


async def test_a_published_deck_is_seen_and_remixed_by_others_until_it_is_taken_back(
    chat: Chat, context: BrowserContext
) -> None:
    await button(chat.panel, "Publish").click()
    dialog = chat.page.get_by_role("dialog", name="Publish “Volcanoes”")
    await dialog.get_by_role("radio", name="Anyone with the link").check(force=True)
    link = await dialog.get_by_role("textbox", name="Link").input_value()

    reader = await context.new_page()
    await reader.goto(link)
    await expect(reader.frame_locator("main iframe").locator("h1")).to_have_text("Volcanoes")
    await reader.get_by_role("link", name="Remix").click()
    await reader.get_by_role("button", name="Remix in a new chat").click()
    await expect(reader).to_have_url(re.compile(r"/c/[0-9a-f-]{36}$"))
    await expect(reader.get_by_role("article", name="Assistant message")).to_contain_text(
        "Volcanoes"
    )

    await button(dialog, "Unpublish").click()
    await expect(dialog.get_by_text("Nobody but you can see this.")).to_be_visible()
    gone = await reader.request.get(link)
    assert gone.status == 404
    await button(dialog, "Close").click()


async def stored_version(chat: Chat) -> dict[str, Any]:
    """What the database holds of the deck's newest version."""
    artifact = (await chat.stored_conversation())["artifacts"][0]
    newest = max(version["number"] for version in artifact["versions"])
    version: dict[str, Any] = await chat.get_json(
        f"/api/artifacts/{artifact['id']}/versions/{newest}"
    )
    return version
