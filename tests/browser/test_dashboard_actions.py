"""What an administrator does on the page of workers: what it says before, what happens, what stays.

Every deed is confirmed in a dialog, told in a sentence, and written into the audit log.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Locator, expect

from tests.browser.chat import Chat
from tests.browser.looks import faint_texts, sideways_overflow
from tests.browser.product import Product
from tests.browser.workers_desk import (
    SECOND_MODEL,
    Desk,
    administered_product,
    begin,
    statuses,
)

GAME = "Make a Snake game"
LOADED_FONTS = """async () => {
  await document.fonts.ready;
  return [...document.fonts].filter((one) => one.status === 'loaded').map((one) => one.family);
}"""
# Colors fade when the theme is another one.
NOTHING_CHANGES = """() =>
  !document.getAnimations().some((one) => one instanceof CSSTransition)"""
SIZES = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 380, "height": 800}}


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """An installation of its own, with two engine workers and an administrator."""
    with administered_product() as running:
        yield running


def first_worker(product: Product) -> dict[str, Any]:
    said = statuses(product)
    return said[min(said)]


async def confirm(dialog: Locator, verb: str, reason: str, value: str | None = None) -> None:
    """Says why, and what is asked for besides."""
    if value is not None:
        await dialog.get_by_role("textbox").first.fill(value)
    await dialog.get_by_label("Reason").fill(reason)
    await dialog.get_by_role("button", name=verb, exact=True).click()


async def test_a_paused_queue_keeps_what_comes_and_gives_it_out_when_resumed(
    desk: Desk, context: BrowserContext, product: Product
) -> None:
    await desk.page.get_by_role("button", name="Pause the queue of glm-nano").click()
    dialog = desk.page.get_by_role("dialog", name="Pause the queue of glm-nano?")
    await expect(dialog).to_contain_text("No worker takes another request of glm-nano")
    told = desk.expect_told("The queue of glm-nano is paused.")
    await confirm(dialog, "Pause", "A look at the racks")
    await told
    resume = desk.page.get_by_role("button", name="Resume the queue of glm-nano")
    queue = desk.page.get_by_role("listitem").filter(has=resume)
    await expect(queue).to_contain_text("Paused")

    chat = Chat(await context.new_page())
    await chat.open()
    await chat.send("Hello")
    await expect(queue).to_contain_text("1 waiting")
    await expect(chat.stop_button).to_be_visible()

    await resume.click()
    dialog = desk.page.get_by_role("dialog", name="Resume the queue of glm-nano?")
    await expect(dialog).to_contain_text("1 request waits now")
    told = desk.expect_told("The queue of glm-nano is resumed.")
    await confirm(dialog, "Resume", "All is well there")
    await told
    await chat.wait_for_answer()
    await expect(queue).to_have_count(0)
    assert "queue glm-nano" in await desk.read_audit("A look at the racks")
    assert "queue glm-nano" in await desk.read_audit("All is well there")


async def test_a_cancelled_request_ends_its_answer_and_its_person_is_told(
    desk: Desk, context: BrowserContext, product: Product
) -> None:
    chat, wire, worker_id = await begin(GAME, context, product)
    card = desk.card(statuses(product)[worker_id])
    await card.get_by_role("link").click()
    await desk.page.get_by_role("button", name="Cancel request").click()
    dialog = desk.page.get_by_role("dialog", name="Cancel this request?")
    await expect(dialog).to_contain_text("The answer ends here, and its person is told so.")
    told = desk.expect_told("The request is being ended.")
    await confirm(dialog, "Cancel request", "It went in circles")
    await told
    await wire.wait_for_end()
    stored = await chat.stored_conversation()
    assert stored["messages"][-1]["turn"]["state"] == "failed"
    await expect(chat.page.get_by_text("An administrator ended this answer")).to_be_visible()
    row = await desk.read_audit("It went in circles")
    assert f"worker {worker_id}" in row
    assert "The request is being ended." in row


async def test_the_concurrency_is_a_number_and_is_taken_back_by_undo(
    desk: Desk, product: Product
) -> None:
    worker = first_worker(product)
    before = worker["max_running"]
    dialog = await desk.ask_for(worker, "Set concurrency")
    await expect(dialog).to_contain_text(f"now {before}")
    await confirm(dialog, "Set", "", "none")
    await expect(dialog.get_by_role("alert")).to_have_text("Give a whole number above zero.")
    told = desk.expect_told("It writes at most 1 answer at once.")
    await confirm(dialog, "Set", "One after the other", "1")
    await told
    await expect(dialog).to_be_hidden()
    await wait_for(product, worker["worker_id"], "max_running", 1)
    told = desk.expect_told(f"It writes at most {before} answers at once.")
    await desk.page.get_by_role("button", name="Undo").last.click()
    await told
    await wait_for(product, worker["worker_id"], "max_running", before)
    row = await desk.read_audit("One after the other")
    assert "It writes at most 1 answer at once." in row


async def wait_for(product: Product, worker_id: str, name: str, value: object) -> None:
    async with asyncio.timeout(60):
        while statuses(product)[worker_id][name] != value:  # noqa: ASYNC110 (a process is asked)
            await asyncio.sleep(0.2)


async def test_a_pinned_worker_keeps_its_model_and_another_one_loads_the_named(
    desk: Desk, product: Product
) -> None:
    worker = first_worker(product)
    worker_id = worker["worker_id"]
    told = desk.expect_told("It keeps its model until it is unpinned.")
    await desk.do(worker, "Pin model", "Its people need it")
    await told
    await expect(desk.card(worker).get_by_label("Pinned")).to_be_visible()
    await load(desk, worker, SECOND_MODEL, "Try the second", "It is pinned; unpin it first.")
    assert "It is pinned" in await desk.read_audit("Try the second")
    told = desk.expect_told("It may be restarted and given another model.")
    await desk.do(worker, "Unpin model", "They are gone")
    await told

    await load(desk, worker, "nowhere", "A slip", "There is no such model beside")
    said = f"It begins anew with {SECOND_MODEL}"
    await load(desk, worker, SECOND_MODEL, "Try it again", said)
    seen = await desk.wait_for(
        worker_id, lambda seen: seen.worker["model"] == SECOND_MODEL and seen.state == "ready", 0.0
    )
    await expect(desk.card(seen.worker).get_by_role("heading")).to_have_text(SECOND_MODEL)
    row = await desk.read_audit("Try it again")
    assert SECOND_MODEL in row
    assert said in row
    await load(desk, seen.worker, "glm-nano", "Back again", "It begins anew with glm-nano")
    await desk.wait_for(
        worker_id,
        lambda back: back.worker["model"] == "glm-nano" and back.state == "ready",
        seen.at,
    )


async def load(desk: Desk, worker: dict[str, Any], model: str, reason: str, told: str) -> None:
    dialog = await desk.ask_for(worker, "Load another model")
    await expect(dialog).to_contain_text("Until then it answers nobody.")
    is_told = desk.expect_told(told)
    await confirm(dialog, "Load", reason, model)
    await is_told


@pytest.mark.parametrize("size", SIZES)
async def test_every_view_is_legible_and_nothing_sticks_out(
    desk: Desk, product: Product, size: str, screenshots: Path | None
) -> None:
    page, worker = desk.page, first_worker(product)
    await page.set_viewport_size({**SIZES[size]})  # type: ignore[typeddict-item]
    for scheme in ("light", "dark"):
        if scheme == "dark":
            await page.get_by_role("button", name="Use the dark theme").click()
        await look(desk, f"{size}-{scheme}-list", screenshots)
        dialog = await desk.ask_for(worker, "Load another model")
        await confirm(dialog, "Load", "")
        await look(desk, f"{size}-{scheme}-dialog", screenshots)
        await page.keyboard.press("Escape")
        await desk.card(worker).get_by_role("link").click()
        await expect(page.get_by_role("heading", name="Over time")).to_be_visible()
        await look(desk, f"{size}-{scheme}-details", screenshots)
        await page.go_back()


async def look(desk: Desk, name: str, screenshots: Path | None) -> None:
    await desk.page.wait_for_function(NOTHING_CHANGES)
    if screenshots is not None:
        await desk.page.screenshot(path=screenshots / f"dashboard-{name}.png", full_page=True)
    assert await faint_texts(desk.page) == [], name
    assert await sideways_overflow(desk.page) == 0, name


async def test_the_administration_is_written_in_the_fonts_of_the_app(desk: Desk) -> None:
    await desk.page.goto("/admin/")
    await expect(desk.page.get_by_role("heading", name="Administration")).to_be_visible()
    loaded = await desk.page.evaluate(LOADED_FONTS)
    assert "Hanken Grotesk" in {name.strip('"') for name in loaded}


async def test_charts_of_a_week_are_made_of_minutes(desk: Desk, product: Product) -> None:
    worker = first_worker(product)
    await desk.card(worker).get_by_role("link").click()
    week = desk.page.get_by_role("button", name="Last week")
    hour = desk.page.get_by_role("button", name="Last hour")
    await expect(hour).to_have_attribute("aria-pressed", "true")
    async with desk.page.expect_response(lambda answer: "span=week" in answer.url) as asked:
        await week.click()
    assert (await asked.value).ok
    await expect(week).to_have_attribute("aria-pressed", "true")
    await expect(hour).to_have_attribute("aria-pressed", "false")
    chart = desk.page.get_by_role("img", name="Requests, now:")
    # A minute is written when it is over: after the other tests there is one. If not, the page asks
    # again by itself.
    await expect(chart).to_have_accessible_name(
        "Requests, now: running 0, waiting 0", timeout=150_000
    )
    await expect(chart.locator("canvas")).to_be_visible()
    await hour.click()
    await expect(hour).to_have_attribute("aria-pressed", "true")
    await expect(chart.locator("canvas")).to_be_visible()
