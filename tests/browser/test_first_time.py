"""The first ten minutes of somebody new: ten requests in one conversation, none of which fails.

And a deck that is made, changed, presented and taken along.
"""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, expect
from pptx import Presentation
from pypdf import PdfReader

from tests.browser.chat import Chat

WORDS_KEPT = 0.98


async def newest(chat: Chat, kind: str) -> dict[str, Any]:
    """The newest artifact of a kind with its newest version's content."""
    made = [one for one in (await chat.stored_conversation())["artifacts"] if one["kind"] == kind]
    assert made, f"there is no {kind}"
    artifact = made[-1]
    number = artifact["versions"][-1]["number"]
    version = await chat.get_json(f"/api/artifacts/{artifact['id']}/versions/{number}")
    return {**version, "artifact": artifact["id"]}


async def page_of(chat: Chat, deck: dict[str, Any], place: int) -> str:
    """The content of a page of the deck."""
    page = deck["pages"][place - 1]["id"]
    path = f"/api/artifacts/{deck['artifact']}/versions/{deck['number']}/pages/{page}"
    content: str = (await chat.get_json(path))["content"]
    return content


async def break_newest(chat: Chat, kind: str, right: str, wrong: str) -> int:
    """Somebody misspells a word in the source; the line where it stands."""
    made = await newest(chat, kind)
    lines = made["content"].split("\n")
    at = next(number for number, line in enumerate(lines) if right in line)
    lines[at] = lines[at].replace(right, wrong, 1)
    cookies = {one["name"]: one["value"] for one in await chat.page.context.cookies()}
    response = await chat.page.request.post(
        f"/api/artifacts/{made['artifact']}/versions",
        data={"base": made["number"], "content": "\n".join(lines)},
        headers={"X-CSRFToken": cookies["csrftoken"], "Referer": chat.page.url},
    )
    assert response.ok, await response.text()
    return at + 1


async def says(answer: Locator, pattern: str) -> None:
    await expect(answer).to_contain_text(re.compile(pattern, re.IGNORECASE))


async def test_ten_requests_in_one_conversation(chat: Chat) -> None:
    await chat.ask("Make a Snake game called Brave Panda")
    game = await newest(chat, "html")
    assert game["title"] == "Brave Panda"

    await chat.ask("Change the color of the snake to purple")
    recolored = await newest(chat, "html")
    assert recolored["number"] > game["number"]
    assert recolored["content"].count("\n") == game["content"].count("\n")
    assert "purple" in recolored["content"]

    await chat.ask("Make a deck about bees with 4 slides")
    deck = await newest(chat, "deck")
    assert len(deck["pages"]) == 4

    await chat.ask("Rename slide 3 to Sweet Gold")
    renamed = await newest(chat, "deck")
    assert "Sweet Gold" in await page_of(chat, renamed, 3)
    assert await page_of(chat, renamed, 2) == await page_of(chat, deck, 2)

    await chat.ask("Make a poster for a film night called Moon Movies on May 5 in the City Park")
    poster = await newest(chat, "poster")
    for word in ("Moon Movies", "May 5", "City Park"):
        assert word in poster["content"]

    await chat.ask("Draw a bar chart: Apples 12, Pears 7, Plums 20")
    chart = await newest(chat, "svg")
    for word in ("Apples", "12", "Pears", "7", "Plums", "20"):
        assert f">{word}<" in chart["content"]

    before = len((await chat.stored_conversation())["artifacts"])
    await says(await chat.ask("What is the capital of Peru?"), "small demonstration model")
    assert len((await chat.stored_conversation())["artifacts"]) == before

    await says(await chat.ask("Сделай игру Понг"), "[а-я]")
    pong = await newest(chat, "html")
    assert pong["title"] == "Понг"

    line = await break_newest(chat, "html", "  paintBoard();", "  paintBord();")
    await chat.page.reload()
    await expect(chat.answers).to_have_count(8)
    await says(
        await chat.ask(f"Ошибка: ReferenceError: paintBord is not defined (line {line})"), "[а-я]"
    )
    mended = await newest(chat, "html")
    assert mended["content"] == pong["content"]

    await says(await chat.ask("Thanks!"), "welcome|pleasure|glad")
    assert await chat.alerts.count() == 0


class Words(HTMLParser):
    """The words of a page that people read."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_read = True
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_read = tag not in {"style", "script", "title"}

    def handle_endtag(self, tag: str) -> None:
        self._is_read = True

    def handle_data(self, data: str) -> None:
        if self._is_read:
            self.found += data.split()


async def export(chat: Chat, name: str) -> Path:
    """The file that this entry of the menu `Export` gives."""
    await chat.panel.get_by_role("button", name="Export", exact=True).click()
    async with chat.page.expect_download() as download:
        await chat.page.get_by_role("menuitem", name=name, exact=True).click()
    path = await (await download.value).path()
    await (
        chat.page.get_by_role("region", name="Exports")
        .get_by_role("button", name="Dismiss", exact=True)
        .click()
    )
    return path


def words_of(presentation: Path) -> str:
    """All text that stays text in the slides."""
    slides = Presentation(str(presentation)).slides
    shapes = [shape for slide in slides for shape in slide.shapes if shape.has_text_frame]
    return " ".join(shape.text_frame.text for shape in shapes)


async def test_a_deck_is_made_changed_presented_and_taken_along(chat: Chat) -> None:
    await chat.ask("Make 5 slides about Volcanoes in green")
    made = await newest(chat, "deck")
    assert len(made["pages"]) == 5
    assert (made["check"]["errors"], made["check"]["warnings"]) == (0, 0), made["check"]["text"]
    before = [await page_of(chat, made, place) for place in range(1, 6)]

    await chat.ask("change the title of page 3 to Magma")
    after = [await page_of(chat, await newest(chat, "deck"), place) for place in range(1, 6)]
    assert "Magma" in after[2]
    assert [*after[:2], *after[3:]] == [*before[:2], *before[3:]]

    await chat.panel.get_by_role("group", name="Slides").press("Home")
    await chat.panel.get_by_role("button", name="Present", exact=True).click()
    show = chat.page.get_by_role("dialog", name="Presentation")
    for place in range(1, 6):
        await expect(show.get_by_role("group", name=f"Slide {place} of 5")).to_be_visible()
        await chat.page.keyboard.press("ArrowRight")
    await chat.page.keyboard.press("Escape")

    texts = [page.extract_text() for page in PdfReader(await export(chat, "PDF")).pages]
    assert len(texts) == len(after)
    assert "Magma" in texts[2]
    kept = words_of(await export(chat, "PPTX"))
    words = [word for page in after for word in Words(page).found]
    assert sum(word in kept for word in words) >= WORDS_KEPT * len(words)
