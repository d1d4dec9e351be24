"""The largest things that are kept: a page of 2 MB, a deck of a hundred slides."""

import re

from playwright.async_api import BrowserContext, expect

from tests.browser.chat import Chat
from tests.browser.planting import Document, deck, html_document, open_document, plant
from tests.browser.product import Product
from webapp.artifacts.contents import MAX_CONTENT_BYTES

ROOM_BYTES = 400  # for what stands around the rows, and for what the person writes
SLIDES = 100
# A view of 2 MB that drew all its lines would have some 50,000.
MOST_ELEMENTS = 5_000


def large_page(word: str) -> Document:
    """A page of nearly 2 MB in which every row holds `word`."""
    row = f"<p>A row of the {word} list, with enough words in it to fill a line.</p>\n"
    rows = row * ((MAX_CONTENT_BYTES - ROOM_BYTES) // len(row))
    content = f"<!doctype html>\n<body>\n<h1>{word}</h1>\n{rows}<p id='last'>The end</p>\n</body>\n"
    return html_document("Large page", content)


async def test_a_page_of_two_megabytes_is_changed_compared_and_downloaded(
    product: Product, context: BrowserContext
) -> None:
    conversation = await plant(product, context, [large_page("first"), large_page("second")])
    chat = Chat(await context.new_page())
    await chat.open(f"/c/{conversation}")
    await chat.answers.get_by_role("button", name="Large page").last.click()
    await expect(chat.preview.locator("#last")).to_have_text("The end")

    await chat.panel.get_by_role("tab", name="Code").click()
    await chat.editor.click()
    await chat.page.keyboard.press("Control+End")
    await chat.page.keyboard.type("<!-- mine -->")
    await chat.page.keyboard.press("Control+s")
    await expect(chat.panel.get_by_text("Version 3", exact=True)).to_be_visible()
    async with chat.page.expect_download() as download:
        await chat.panel.get_by_role("button", name="Download", exact=True).click()
    file = await (await download.value).path()
    text = large_page("second")["content"] + "<!-- mine -->"
    assert file.read_text("utf-8").endswith(text[-1000:])
    assert abs(file.stat().st_size - len(text)) < 100

    # Every row differs, and the panel is too narrow for two sides of a usual size.
    await chat.panel.get_by_role("button", name="Versions", exact=True).click()
    await chat.page.get_by_role("button", name="Compare version 2").click()
    compared = chat.panel.get_by_role("region", name="Compare versions")
    await compared.get_by_role("combobox", name="Older version").select_option("1")
    older = compared.get_by_role("textbox", name="Version 1")
    await expect(older).to_contain_text("A row of the first list")
    newer = compared.get_by_role("textbox", name=re.compile("Version [23]"))
    await expect(newer).to_contain_text("A row of the second list")
    assert await compared.locator("*").count() < MOST_ELEMENTS
    await compared.get_by_role("button", name="Close comparison").click()
    await expect(chat.editor).to_be_visible()
    assert chat.problems == []


async def test_a_deck_of_a_hundred_slides_is_turned_arranged_and_presented(
    product: Product, context: BrowserContext
) -> None:
    pages = [(f"Title {number}", f"Notes {number}") for number in range(1, SLIDES + 1)]
    chat = await open_document(
        context, await plant(product, context, [deck("Hundred", pages)]), "Hundred"
    )
    strip = chat.panel.get_by_role("list", name="All slides").get_by_role("button")
    frames = chat.page.locator('iframe[title="Artifact preview"]')
    await expect(strip).to_have_count(SLIDES)

    slides = chat.panel.get_by_role("group", name="Slides")
    await slides.press("End")
    await expect(chat.preview.locator("h1").first).to_have_text("Title 100")
    await expect(strip.last).to_be_in_viewport()
    await strip.last.focus()
    await chat.page.keyboard.press("Alt+Home")
    await expect(strip.first).to_have_accessible_name("Slide 1: Title 100")
    await expect(strip.first).to_be_in_viewport()
    await chat.page.keyboard.press("Delete")
    await expect(strip).to_have_count(SLIDES - 1)
    note = chat.page.get_by_role("region", name="Notifications")
    await note.get_by_role("button", name="Undo").click()
    await expect(strip).to_have_count(SLIDES)
    await expect(strip.first).to_have_accessible_name(re.compile("^Slide 1: Title 100"))

    await chat.panel.get_by_role("button", name="Present", exact=True).click()
    show = chat.page.get_by_role("dialog", name="Presentation")
    await expect(show.get_by_role("group", name=f"Slide 1 of {SLIDES}")).to_be_focused()
    await chat.page.keyboard.type("100")
    await chat.page.keyboard.press("Enter")
    await expect(show.get_by_role("group", name=f"Slide {SLIDES} of {SLIDES}")).to_be_visible()
    await expect(
        show.frame_locator('iframe[title="Artifact preview"]:not(.coming)').locator("h1").first
    ).to_have_text("Title 99")
    # Only the slide that shows and its neighbors run, here and in the panel behind.
    assert await frames.count() <= 8
