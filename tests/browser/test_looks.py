"""On a telephone, by keyboard alone, in light and in dark: the page stays usable and legible."""

import re

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser.chat import Chat
from tests.browser.looks import faint_texts, sideways_overflow
from tests.browser.planting import html_document, open_document, plant
from tests.browser.product import Product

ANSWER = """A **list**, some `code` and a [link](https://example.org):

* one
* two

```python
def square(number):
    # a comment
    return number ** 2  # "text"
```

> A quotation, and a very long word: Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunter

| A | B |
|---|---|
| 1 | 2 |
"""
THING = "<!doctype html><h1>Thing</h1>"
BEYOND_THE_PAGE = "body"
FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) return ['body', true];
  const style = getComputedStyle(one);
  const ring = style.outlineStyle !== 'none' || style.boxShadow !== 'none'
    || getComputedStyle(one.parentElement).boxShadow !== 'none';
  return [one.ariaLabel ?? one.textContent.trim(), ring];
}"""


async def planted(product: Product, person: BrowserContext) -> str:
    return await plant(product, person, [html_document("Thing", THING)], answer=ANSWER)


async def tab_through(page: Page, steps: int) -> dict[str, bool]:
    """Names of what Tab reaches from here, in order, and whether each shows that it has focus."""
    reached = {}
    for _ in range(steps):
        await page.keyboard.press("Tab")
        name, is_marked = await page.evaluate(FOCUSED)
        if name != BEYOND_THE_PAGE:
            reached[name] = is_marked
    return reached


async def test_on_a_narrow_window_nothing_sticks_out_and_the_panel_covers_the_chat(
    product: Product, context: BrowserContext
) -> None:
    conversation = await planted(product, context)
    chat = Chat(await context.new_page())
    await chat.page.set_viewport_size({"width": 390, "height": 844})
    await chat.page.goto("/")
    await expect(chat.message).to_be_visible()
    assert await sideways_overflow(chat.page) == 0

    await chat.page.get_by_role("button", name="Show chats").click()
    await expect(chat.navigation).to_be_visible()
    await chat.navigation.get_by_role("link", name="Planted").click()
    await expect(chat.page).to_have_url(re.compile(conversation))
    await expect(chat.navigation).to_be_hidden()
    await expect(chat.answers.get_by_role("link", name="link")).to_be_visible()
    assert await sideways_overflow(chat.page) == 0

    await expect(chat.panel).to_be_hidden()
    await chat.answers.get_by_role("button", name="Thing").click()
    await expect(chat.preview.get_by_role("heading", name="Thing")).to_be_visible()
    box = await chat.panel.bounding_box()
    assert box is not None
    assert (round(box["x"]), round(box["width"])) == (0, 390)
    assert await sideways_overflow(chat.page) == 0
    await chat.panel.get_by_role("button", name="Close artifact").click()
    await expect(chat.message).to_be_visible()


async def test_the_keyboard_alone_reaches_sends_stops_and_closes(
    product: Product, context: BrowserContext
) -> None:
    chat = await open_document(context, await planted(product, context), "Thing")
    await expect(chat.preview.get_by_role("heading", name="Thing")).to_be_visible()
    await chat.page.get_by_role("button", name="Hide chats").focus()
    reached = await tab_through(chat.page, 26)

    wanted = ["New chat", "Planted", "Message", "Deep think", "Model", "Close artifact", "Preview"]
    assert [name for name in reached if name in wanted] == wanted
    assert [name for name, is_marked in reached.items() if not is_marked] == []

    await chat.message.focus()
    await chat.page.keyboard.type("Make a Snake game")
    await chat.page.keyboard.press("Enter")
    await expect(chat.stop_button).to_be_visible()
    await expect(chat.answers.last.get_by_role("region", name="Thinking")).not_to_be_empty()
    await chat.page.keyboard.press("Escape")
    await expect(chat.answers.last).to_contain_text("Stopped")
    await chat.page.keyboard.press("Escape")
    await expect(chat.panel).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_is_legible(
    scheme: str, product: Product, context: BrowserContext
) -> None:
    conversation = await planted(product, context)
    page = await context.new_page()
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    chat = Chat(page)
    await chat.open("/")
    await expect(chat.page.get_by_role("heading", name="What shall we make?")).to_be_visible()
    welcome = await faint_texts(page)
    await chat.open(f"/c/{conversation}")
    await chat.answers.get_by_role("button", name="Thing").click()
    await expect(chat.answers.locator(".hljs-keyword").first).to_be_visible()
    await chat.panel.get_by_role("tab", name="Code").click()
    await expect(chat.panel.locator(".hljs-tag").first).to_be_visible()

    assert welcome == []
    assert await faint_texts(page) == []
    assert chat.problems == []
