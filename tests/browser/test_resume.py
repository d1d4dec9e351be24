"""An answer belongs to the server: tabs, processes and engines come and go while it is written."""

import asyncio
import contextlib
import os
import re
import signal
from dataclasses import dataclass
from typing import Any

import psutil
import pytest_asyncio
from playwright.async_api import BrowserContext, Locator, expect
from tokenizers import Tokenizer

from engine.protocol.codec import decode_batch
from tests.browser.chat import Chat
from tests.browser.product import Product
from tests.browser.wire_recorder import WireRecorder, assert_told_once, parts_told
from webapp.core.environment import PROJECT_ROOT
from webapp.core.events import PARTS

GAME = "Make a Snake game"
BADGE = "Draw an SVG badge that says Honey Bees in gold"
# What a stop may cost: two steps, each of a token and at most three accepted drafts.
STEPS_AFTER_STOP, TOKENS_PER_STEP = 2, 4
STATUS_SECONDS = 30.0
LOOK_SECONDS = 0.1
MARKUP = re.compile(r"[\s*_`#>\-]+")


@dataclass(frozen=True, slots=True)
class Tab:
    """A page and what it hears."""

    chat: Chat
    wire: WireRecorder

    @property
    def answer(self) -> Locator:
        return self.chat.answers.last

    async def begin_game(self) -> None:
        """Asks for a game and returns while it is being written."""
        await self.chat.send(GAME)
        await self.wire.wait_for("artifact.delta", count=3)

    async def source(self) -> str:
        """The source that the artifact panel shows."""
        return await self.chat.source()

    async def thinking(self) -> list[str]:
        """The thinking traces of the last answer, folded or not."""
        traces = self.answer.get_by_role("region", name="Thinking", include_hidden=True)
        return [text.strip() for text in await traces.all_text_contents()]

    async def prose(self) -> str:
        """The last answer's letters, without the artifact's card and the facts below it."""
        return MARKUP.sub("", await self.answer.inner_text())


async def open_tab(person: BrowserContext, path: str = "/") -> Tab:
    page = await person.new_page()
    tab = Tab(Chat(page), WireRecorder(page))
    await tab.chat.open(path)
    return tab


@pytest_asyncio.fixture(loop_scope="session")
async def tab(context: BrowserContext) -> Tab:
    return await open_tab(context)


async def stored_answer(chat: Chat) -> dict[str, Any]:
    """The last message as the database holds it."""
    stored = await chat.stored_conversation()
    message: dict[str, Any] = stored["messages"][-1]
    return message


def thinking_of(message: dict[str, Any]) -> list[str]:
    return [part["text"].strip() for part in message["parts"] if part["kind"] == "thinking"]


def artifact_of(message: dict[str, Any]) -> dict[str, Any]:
    """The part of the newest made thing."""
    part: dict[str, Any] = [one for one in message["parts"] if one["kind"] == "artifact"][-1]
    return part


async def stored_source(chat: Chat, message: dict[str, Any]) -> str:
    """What is kept of the newest made thing: its version, else the draft."""
    part = artifact_of(message)
    if part["version"] is not None:
        path = f"/api/artifacts/{part['artifact']}/versions/{part['version']}"
        part = await chat.get_json(path)
    content: str = part["content"]
    return content


async def assert_shows_what_is_stored(tab: Tab) -> None:
    """Thinking, words and the made thing on the page are the database's."""
    message = await stored_answer(tab.chat)
    assert await tab.thinking() == thinking_of(message)
    for part in message["parts"]:
        if part["kind"] == "text":
            assert MARKUP.sub("", part["text"]) in await tab.prose()
    version = artifact_of(message)["version"]
    await expect(tab.chat.panel).to_contain_text(
        f"Version {version}" if version else "Not finished"
    )
    assert await tab.source() == await stored_source(tab.chat, message)


async def idle_status(product: Product) -> dict[str, Any]:
    """The engine's next word about itself in which it has nothing to do."""
    before = product.engine_status()["updated_at"]
    async with asyncio.timeout(STATUS_SECONDS):
        while True:
            status = product.engine_status()
            if status["updated_at"] > before and status["running"] + status["waiting"] == 0:
                return status
            await asyncio.sleep(LOOK_SECONDS)


def kill_engine_and_web(product: Product) -> None:
    """As a crash would: without a word."""
    engine = psutil.Process(product.engine_status()["pid"])
    siblings = engine.parent().children()
    web = next(child for child in siblings if "daphne" in child.cmdline())
    os.kill(engine.pid, signal.SIGKILL)
    os.kill(web.pid, signal.SIGKILL)


def resumed_texts(product: Product) -> list[str]:
    """What the tokens amount to that engines sampled for each answer that took a second attempt:
    read from their own streams, so a token lost or doubled on the way would show."""
    tokenizer = Tokenizer.from_file(str(PROJECT_ROOT / "models" / "glm-nano" / "tokenizer.json"))
    with contextlib.closing(product.redis()) as redis:
        names: Any = list(redis.scan_iter(match="engine:*", _type="stream"))
        streams: list[Any] = [redis.xrange(name) for name in names]
    texts = []
    for entries in streams:
        if entries[-1][0].startswith("2-"):
            batches = [decode_batch(fields["batch"]) for _, fields in entries]
            tokens = [token for batch in batches for token in batch.token_ids]
            texts.append(tokenizer.decode(tokens, skip_special_tokens=False))
    return texts


async def test_after_a_reload_and_in_a_second_tab_the_answer_is_what_the_database_holds(
    tab: Tab, context: BrowserContext
) -> None:
    await tab.begin_game()
    before = len(tab.wire.sockets)
    await tab.chat.page.reload()
    second = await open_tab(context, f"/c/{await tab.chat.conversation_id()}")
    await expect(second.answer).to_have_attribute("aria-busy", "true")
    await tab.wire.wait_for_end(before)
    for one in (tab, second):
        await one.chat.wait_for_answer()

    parts = PARTS.validate_python((await stored_answer(tab.chat))["parts"])
    for events in (tab.wire.events(before), second.wire.events()):
        assert_told_once(events)
        assert parts_told(events) == parts
    for one in (tab, second):
        await assert_shows_what_is_stored(one)


async def test_stop_frees_the_engine_and_keeps_what_was_shown(tab: Tab, product: Product) -> None:
    idle = await idle_status(product)
    await tab.begin_game()
    await tab.chat.stop_button.click()
    await tab.chat.wait_for_answer()
    freed = await idle_status(product)
    later = await idle_status(product)

    message = await stored_answer(tab.chat)
    cost = message["turn"]["usage"]["completion_tokens"]
    assert message["turn"]["state"] == "stopped"
    uncounted = freed["generated_tokens"] - idle["generated_tokens"] - cost
    assert uncounted <= STEPS_AFTER_STOP * TOKENS_PER_STEP
    assert (later["generated_tokens"], later["steps"]) == (
        freed["generated_tokens"],
        freed["steps"],
    )
    assert later["kv_blocks_used"] == idle["kv_blocks_used"]
    assert_told_once(tab.wire.events())
    assert parts_told(tab.wire.events()) == PARTS.validate_python(message["parts"])

    assert artifact_of(message)["version"] is None
    await assert_shows_what_is_stored(tab)
    await tab.chat.page.reload()
    await expect(tab.answer).to_contain_text("Stopped")
    await assert_shows_what_is_stored(tab)


async def test_a_conversation_survives_a_restart_of_every_process_and_its_page_comes_back(
    tab: Tab, context: BrowserContext, product: Product
) -> None:
    await tab.chat.ask(BADGE)
    stored = await tab.chat.stored_conversation()
    source = await stored_source(tab.chat, stored["messages"][-1])

    await asyncio.to_thread(product.restart)

    assert await tab.chat.stored_conversation() == stored
    reopened = await open_tab(context, f"/c/{stored['id']}")
    await reopened.answer.get_by_role("button", name="version 1").last.click()
    await assert_shows_what_is_stored(reopened)
    assert await reopened.source() == source
    await tab.chat.ask("Hello")
    assert len((await tab.chat.stored_conversation())["messages"]) == 4


async def test_an_answer_goes_on_and_ends_once_when_engine_and_web_server_are_killed(
    tab: Tab, product: Product
) -> None:
    await tab.begin_game()
    pid = product.engine_status()["pid"]
    kill_engine_and_web(product)
    await tab.wire.wait_for_end()
    await tab.chat.wait_for_answer()

    message = await stored_answer(tab.chat)
    assert message["turn"]["state"] == "finished"
    assert product.engine_status()["pid"] != pid
    assert_told_once(tab.wire.events())
    assert parts_told(tab.wire.events()) == PARTS.validate_python(message["parts"])
    await assert_shows_what_is_stored(tab)
    source = await stored_source(tab.chat, message)
    assert any(source in text for text in resumed_texts(product))
