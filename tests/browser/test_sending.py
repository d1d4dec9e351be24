"""The moment after Send: the machine's time belongs to the first words."""

import contextlib
from collections.abc import Iterator
from threading import Event

import pytest
from playwright.async_api import BrowserContext, expect

from engine.protocol import GenerationRequest, TextDelta
from engine.protocol.names import worker_key
from tests.browser.chat import Chat
from tests.browser.product import Product
from tests.scripted_engine import Do, ScriptedEngine, Step, finished

MODEL = "slow-starter"
# Notes which properties change bit by bit, frame after frame, and what the sign that something is
# coming does when it appears.
WATCH = """() => {
  window.moving = [];
  const note = (one) => moving.push(one.transitionProperty ?? one.animationName);
  new MutationObserver(() => {
    const dot = document.querySelector("[role=status] .dot:not(.seen)");
    dot?.getAnimations().forEach(note);
    dot?.classList.add("seen");
  }).observe(document.body, { childList: true, subtree: true });
  const look = () => {
    document.getAnimations().filter((one) => one instanceof CSSTransition).forEach(note);
    requestAnimationFrame(look);
  };
  look();
}"""


@pytest.fixture
def proceed() -> Event:
    """Until it is set, the engine writes nothing."""
    return Event()


@pytest.fixture
def slow_starter(product: Product, proceed: Event) -> Iterator[ScriptedEngine]:
    """A second model of the running product."""

    def answer(_request: GenerationRequest) -> list[Step]:
        return [Do(lambda: proceed.wait(60)), TextDelta(text="At last."), finished()]

    with contextlib.closing(product.redis()) as redis:
        with ScriptedEngine(redis, answer, MODEL) as engine:
            yield engine
            proceed.set()
        redis.delete(worker_key(f"worker-{MODEL}"))


async def test_nothing_moves_between_send_and_the_first_words(
    context: BrowserContext, slow_starter: ScriptedEngine, proceed: Event
) -> None:
    chat = Chat(await context.new_page())
    await chat.open()
    await chat.page.get_by_role("combobox", name="Model").select_option(MODEL)
    await chat.message.fill("Take your time.")
    await chat.send_button.hover()
    await chat.page.wait_for_function("document.getAnimations().length === 0")
    await chat.page.evaluate(WATCH)
    await chat.send_button.click()
    await expect(chat.answers).to_have_attribute("aria-busy", "true")
    assert await chat.page.evaluate("moving") == []
    proceed.set()
    await expect(await chat.wait_for_answer()).to_contain_text("At last.")
    await chat.conversation_id()
