"""A deck while the model writes it: page by page, with an engine that pauses in one of them."""

import contextlib
import re
from collections.abc import Iterator
from threading import Event

import pytest
from playwright.async_api import BrowserContext, expect

from engine.protocol import (
    FinishReason,
    GenerationRequest,
    ToolArgumentDelta,
    ToolCallFinished,
    ToolCallStarted,
)
from engine.protocol.names import worker_key
from tests.browser.chat import Chat
from tests.browser.product import Product
from tests.scripted_engine import Do, ScriptedEngine, Step, finished, say, use

MODEL = "deck-writer"
BEGIN = {
    "id": "volcanoes",
    "title": "Volcanoes",
    "theme": "Ember",
    "outline": "1. Volcanoes\n2. Magma\n3. Ash",
}


def page(position: int, title: str) -> dict[str, str]:
    content = f"<h1>{title}</h1><p>All about {title.lower()}</p>"
    return {"deck": "volcanoes", "position": str(position), "title": title, "content": content}


def ready(position: int, title: str) -> re.Pattern[str]:
    """The name of a slide that is written, whatever the check found on it."""
    return re.compile(rf"^Slide {position}: {title}(, \d+ findings?)?$")


@pytest.fixture
def proceed() -> Event:
    """Until it is set, the second page stays half-written."""
    return Event()


@pytest.fixture
def writer(product: Product, proceed: Event) -> Iterator[ScriptedEngine]:
    """A second model of the running product: one call after the other, then a word."""

    def pause_in(arguments: dict[str, str]) -> list[Step]:
        steps: list[Step] = [ToolCallStarted(index=0, id="call-0", name="insert_page")]
        for key in ("deck", "position", "title"):
            steps.append(ToolArgumentDelta(index=0, key=key, text=arguments[key]))
        content = arguments["content"]
        steps += [
            ToolArgumentDelta(index=0, key="content", text=content[:24]),
            Do(lambda: proceed.wait(60)),
            ToolArgumentDelta(index=0, key="content", text=content[24:]),
            ToolCallFinished(index=0, id="call-0", name="insert_page", arguments=arguments),
            finished(FinishReason.TOOL_CALLS),
        ]
        return steps

    answers = iter(
        [
            use(("deck_create", BEGIN)),
            use(("insert_page", page(1, "Volcanoes"))),
            pause_in(page(2, "Magma")),
            use(("insert_page", page(3, "Ash"))),
            say("Here are your slides."),
        ]
    )

    def write(_request: GenerationRequest) -> list[Step]:
        return next(answers)

    with contextlib.closing(product.redis()) as redis:
        with ScriptedEngine(redis, write, MODEL) as engine:
            yield engine
            proceed.set()
        redis.delete(worker_key(f"worker-{MODEL}"))


@pytest.mark.usefixtures("writer")
async def test_pages_appear_one_by_one_while_they_are_written(
    context: BrowserContext, proceed: Event
) -> None:
    chat = Chat(await context.new_page())
    await chat.open()
    await chat.page.get_by_role("combobox", name="Model").select_option(MODEL)
    await chat.send("Make slides about volcanoes")

    strip = chat.panel.get_by_role("list", name="All slides").get_by_role("button")
    await expect(strip.nth(1)).to_have_accessible_name("Slide 2: Magma, being written")
    await expect(strip.nth(0)).to_have_accessible_name(ready(1, "Volcanoes"))
    await expect(strip.nth(2)).to_have_accessible_name("Slide 3: Ash, still to come")
    await expect(chat.panel.get_by_text("2 / 3")).to_be_visible()
    await expect(chat.preview.locator("h1")).to_have_text("Magma")
    await expect(chat.panel.get_by_role("button", name="Remove slide")).to_be_disabled()

    proceed.set()
    await chat.wait_for_answer()
    await expect(strip.nth(2)).to_have_accessible_name(ready(3, "Ash"))
    # It lies there from its beginning.
    await expect(chat.panel.get_by_text("1 / 3")).to_be_visible()
    await expect(chat.preview.locator("p")).to_have_text("All about volcanoes")
    await expect(chat.panel.get_by_role("button", name="Remove slide")).to_be_enabled()
