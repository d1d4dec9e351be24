"""The first ten minutes of somebody new: ten requests in one conversation, none of which fails."""

import re
from typing import Any

from playwright.async_api import Locator, expect

from tests.browser.chat import Chat


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
    await chat.ask("Make a Snake game called Green Garden")
    game = await newest(chat, "html")
    assert game["title"] == "Green Garden"

    await chat.ask("Make the snake purple")
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
    await expect(chat.send_button).to_be_visible()
    await says(
        await chat.ask(f"Ошибка: ReferenceError: paintBord is not defined (line {line})"), "[а-я]"
    )
    mended = await newest(chat, "html")
    assert mended["content"] == pong["content"]

    await says(await chat.ask("Thanks!"), "welcome|pleasure|glad")
    assert await chat.alerts.count() == 0
