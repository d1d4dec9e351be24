"""Skipping the thinking, with an engine that thinks until it is told to stop."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from threading import Event

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Locator, expect

from engine.protocol import GenerationRequest, TextDelta, ThinkingDelta
from engine.protocol.names import worker_key
from tests.browser.chat import Chat
from tests.browser.looks import faint_texts, sideways_overflow
from tests.browser.product import Product
from tests.scripted_engine import Do, ScriptedEngine, Step, ThinkUntilSkipped, finished

MODEL = "slow-thinker"
FOCUSED_NAME = "() => document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()"


@pytest.fixture
def proceed() -> Event:
    """Until it is set, the engine does not hear that the thinking was skipped."""
    return Event()


@pytest.fixture
def thinker(product: Product, proceed: Event) -> Iterator[ScriptedEngine]:
    """A second model of the running product."""

    def think(_request: GenerationRequest) -> list[Step]:
        return [
            ThinkingDelta(text="First of all, what is a mountain?"),
            Do(lambda: proceed.wait(60)),
            ThinkUntilSkipped(),
            TextDelta(text="Mount Everest."),
            finished(),
        ]

    with contextlib.closing(product.redis()) as redis:
        with ScriptedEngine(redis, think, MODEL) as engine:
            yield engine
            proceed.set()
        redis.delete(worker_key(f"worker-{MODEL}"))


@pytest_asyncio.fixture(loop_scope="session")
async def thinking_chat(context: BrowserContext, thinker: ScriptedEngine) -> AsyncIterator[Chat]:
    """A page in which that model has begun to think."""
    chat = Chat(await context.new_page())
    await chat.open()
    await chat.page.get_by_role("combobox", name="Model").select_option(MODEL)
    await chat.send("What is the highest mountain?")
    await expect(chat.answers.get_by_role("region", name="Thinking")).to_contain_text("mountain?")
    yield chat


def skip_button(chat: Chat) -> Locator:
    return chat.page.get_by_role("button", name="Skip thinking", exact=True)


async def test_the_answer_follows_when_the_thinking_is_skipped(
    thinking_chat: Chat, proceed: Event
) -> None:
    skip = skip_button(thinking_chat)
    await expect(skip).to_have_attribute(
        "title", "The model stops thinking and answers with what it has"
    )
    await skip.click()
    await expect(skip).to_be_disabled()
    await expect(skip).to_have_text("Skipping…")
    await expect(thinking_chat.status).to_have_text("Skipping the thinking")
    await expect(thinking_chat.answers).not_to_contain_text("Everest")

    proceed.set()
    answer = await thinking_chat.wait_for_answer()
    await expect(answer).to_contain_text("Mount Everest.")
    await expect(skip).to_have_count(0)
    turn = (await thinking_chat.stored_conversation())["messages"][-1]["turn"]
    assert turn["state"] == "finished"
    assert thinking_chat.problems == []


async def test_on_a_telephone_in_the_dark_the_keyboard_skips_the_thinking(
    thinking_chat: Chat, proceed: Event
) -> None:
    page, skip = thinking_chat.page, skip_button(thinking_chat)
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    await expect(skip).to_be_in_viewport(ratio=1)
    assert await sideways_overflow(page) == 0
    assert await faint_texts(page) == []

    await page.get_by_role("button", name="Thinking").first.focus()
    await page.keyboard.press("Tab")
    await expect(skip).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(skip).to_be_disabled()
    assert str(await page.evaluate(FOCUSED_NAME)).startswith("Thinking")

    proceed.set()
    await expect(await thinking_chat.wait_for_answer()).to_contain_text("Mount Everest.")
    assert thinking_chat.problems == []
