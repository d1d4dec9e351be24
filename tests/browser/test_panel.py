"""The panel: source is changed, saved, compared, restored and undone; elements are pointed at;
every kind of artifact is shown as what it is."""

import re

import pytest_asyncio
from playwright.async_api import BrowserContext, Locator, expect

from tests.browser.chat import Chat
from tests.browser.looks import faint_texts, sideways_overflow
from tests.browser.planting import Document, html_document, open_document, plant
from tests.browser.product import Product

PAGE = """<!doctype html>
<html>
<body>
<main>
<h1 class="big">First title</h1>
<p>Some text.</p>
</main>
<script>
window.runs = (window.runs || 0) + 1;
document.title = 'ran ' + window.runs;
window.felt = 0;
for (const name of ['pointermove', 'pointerdown', 'click', 'keydown', 'wheel'])
  addEventListener(name, () => window.felt++, true);
document.elementFromPoint = () => null;
</script>
</body>
</html>
"""
POSTER = "<!doctype html><body style='background: gold'><h1>Night of the bees</h1>"
TEXT = "# On bees\n\nA **bee** flies."
CODE = "def wings(bees):\n    return bees * 4\n"


def document(kind: str, title: str, content: str) -> Document:
    return {**html_document(title, content), "kind": kind}


DOCUMENTS = [
    html_document("Thing", PAGE),
    document("poster", "Night poster", POSTER),
    document("markdown", "Bee text", TEXT),
    document("code", "Wings", CODE),
]


@pytest_asyncio.fixture(loop_scope="session")
async def thing(product: Product, context: BrowserContext) -> Chat:
    """A page that was made, open in the panel."""
    chat = await open_document(context, await plant(product, context, DOCUMENTS), "Thing")
    await expect(chat.preview.get_by_role("heading", name="First title")).to_be_visible()
    return chat


def tool(chat: Chat, name: str) -> Locator:
    return chat.panel.get_by_role("button", name=name, exact=True)


async def replace_in_source(chat: Chat, old: str, new: str) -> None:
    """Selects the only occurrence of `old` with the editor's own search and types over it."""
    await chat.editor.click()
    await chat.page.keyboard.press("Control+f")
    await chat.page.keyboard.type(old)
    await chat.page.keyboard.press("Enter")
    await chat.page.keyboard.press("Escape")
    await chat.page.keyboard.type(new)


async def save_title(chat: Chat, old: str, new: str) -> None:
    await chat.panel.get_by_role("tab", name="Code").click()
    await replace_in_source(chat, old, new)
    await expect(chat.panel.get_by_text("Unsaved", exact=True)).to_be_visible()
    await chat.page.keyboard.press("Control+s")
    await expect(chat.panel.get_by_text("Unsaved", exact=True)).to_be_hidden()


async def test_a_changed_source_is_saved_compared_restored_and_undone(thing: Chat) -> None:
    chat = thing
    await save_title(chat, "First title", "Second title")
    await expect(chat.panel.get_by_text("Version 2", exact=True)).to_be_visible()
    await expect(chat.editor).to_be_focused()
    await chat.panel.get_by_role("tab", name="Preview").click()
    await expect(chat.preview.get_by_role("heading", name="Second title")).to_be_visible()
    assert await (await chat.running_frame()).evaluate("window.runs") == 1

    await tool(chat, "Versions").click()
    await chat.page.get_by_role("button", name="Compare version 2").click()
    compared = chat.panel.get_by_role("region", name="Compare versions")
    await expect(compared.locator(".cm-deletedChunk")).to_contain_text("First title")
    await expect(compared.locator(".cm-changedLine")).to_contain_text("Second title")
    await compared.get_by_role("button", name="Look", exact=True).click()
    await expect(compared.locator("iframe")).to_have_count(2)
    await compared.get_by_role("button", name="Close comparison").click()

    await tool(chat, "Versions").click()
    await chat.page.get_by_role("button", name="Restore version 1").click()
    await expect(chat.preview.get_by_role("heading", name="First title")).to_be_visible()
    await expect(chat.panel.get_by_text("Version 3", exact=True)).to_be_visible()
    await tool(chat, "Undo").click()
    await expect(chat.preview.get_by_role("heading", name="Second title")).to_be_visible()
    await expect(chat.panel.get_by_text("Version 4", exact=True)).to_be_visible()
    assert "Second title" in await chat.source()
    assert chat.problems == []


async def test_unsaved_changes_are_not_lost_without_a_question(thing: Chat) -> None:
    chat = thing
    await chat.panel.get_by_role("tab", name="Code").click()
    await replace_in_source(chat, "Some text.", "Other text.")
    await tool(chat, "Close artifact").click()
    dialog = chat.page.get_by_role("dialog", name="Unsaved changes")
    await dialog.get_by_role("button", name="Keep editing").click()
    await expect(chat.panel.get_by_text("Unsaved", exact=True)).to_be_visible()
    await tool(chat, "Close artifact").click()
    await dialog.get_by_role("button", name="Save and go on").click()
    await expect(chat.panel).to_be_hidden()
    await chat.answers.get_by_role("button", name="Thing").click()
    await expect(chat.preview.get_by_text("Other text.")).to_be_visible()


async def test_an_element_is_pointed_at_and_the_made_thing_feels_nothing(thing: Chat) -> None:
    chat = thing
    frame = await chat.running_frame()
    heading = await (await frame.query_selector("h1")).bounding_box()  # type: ignore[union-attr]
    assert heading is not None
    felt = await frame.evaluate("window.felt")
    await tool(chat, "Point at an element").click()
    await chat.page.mouse.move(heading["x"] + 20, heading["y"] + 10)
    await chat.page.mouse.click(heading["x"] + 30, heading["y"] + 12)
    chips = chat.page.get_by_role("list", name="Elements this message is about")
    await expect(chips).to_contain_text("<h1> in Thing")
    await expect(chat.message).to_be_focused()

    await tool(chat, "Point at an element").click()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        await chat.page.keyboard.press(key)
    await expect(chips).to_contain_text("<main> in Thing")
    await chips.get_by_role("button", name="Remove <main> in Thing").click()
    await tool(chat, "Point at an element").click()
    await chat.page.keyboard.press("Escape")
    await expect(tool(chat, "Point at an element")).to_have_attribute("aria-pressed", "false")
    assert await frame.evaluate("window.felt") == felt

    await chat.message.fill("Make it red")
    await chat.message.press("Enter")
    said = "In “Thing” version 1, line 5: `body > main > h1` “First title”"
    await expect(chat.questions.last).to_contain_text(said)
    await expect(chips).to_be_hidden()


async def test_every_kind_is_shown_as_what_it_is(thing: Chat) -> None:
    chat = thing
    await chat.page.set_viewport_size({"width": 400, "height": 820})
    await tool(chat, "Close artifact").click()
    await chat.answers.get_by_role("button", name="Night poster").click()
    await expect(chat.preview.get_by_role("heading", name="Night of the bees")).to_be_visible()
    await expect(chat.panel.get_by_text("A4", exact=True)).to_be_visible()
    box = await chat.panel.locator('iframe[title="Artifact preview"]').bounding_box()
    assert box is not None
    assert abs(box["height"] / box["width"] - 297 / 210) < 0.01
    await tool(chat, "Zoom in").click()
    await expect(tool(chat, "Zoom")).to_have_text(re.compile("50 %"))
    assert await sideways_overflow(chat.page) == 0

    await tool(chat, "Close artifact").click()
    await chat.answers.get_by_role("button", name="Bee text").click()
    await expect(chat.panel.get_by_role("heading", name="On bees")).to_be_visible()
    await tool(chat, "Close artifact").click()
    await chat.answers.get_by_role("button", name="Wings").click()
    await expect(chat.editor).to_contain_text("return bees * 4")
    assert await sideways_overflow(chat.page) == 0
    assert await faint_texts(chat.page) == []
    assert chat.problems == []
