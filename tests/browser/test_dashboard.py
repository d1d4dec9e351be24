"""The administrators' page of workers: two that compute and one that the test speaks for.

How long a change takes to be shown is measured and told; what is asserted is that it is shown.
"""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, expect

from engine.protocol import DeviceStatus, Quantiles, WorkerState, WorkerStatus
from engine.protocol.names import worker_exit_key, worker_key
from tests.browser.chat import Chat
from tests.browser.conftest import Measurements
from tests.browser.product import Product
from tests.browser.workers_desk import (
    PATIENCE_SECONDS,
    SCRIPTED_ID,
    Desk,
    administered_product,
    begin,
    statuses,
)

GAME = "Make a Snake game"
BEAT_SECONDS = 0.5
PICTURE_SECONDS = 5.0
SCRIPTED = WorkerStatus(
    worker_id=SCRIPTED_ID, model="GLM-4.5-Air-FP8", state=WorkerState.READY, reason="",
    device="cuda:0", dtype="bfloat16", pid=4242, host="gpu-1", revision="4e1f", weight_format="fp8",
    started_at=0.0, updated_at=0.0, context_length=131_072, steps=91_000, running=14, waiting=3,
    max_running=64, kv_blocks_used=11_800, kv_blocks_total=16_384, generated_tokens=1_940_000,
    tokens_per_second=412.0, prompt_tokens=5_200_000, prompt_tokens_per_second=1_830.0,
    time_to_first_token=Quantiles(p50=0.21, p90=0.64, p99=1.4, count=512),
    devices=(
        DeviceStatus(
            index=0, name="Scripted GPU", utilization=0.93, memory_used_bytes=122 * 2**30,
            memory_total_bytes=141 * 2**30, power_watts=611.0, power_limit_watts=700.0,
            temperature_celsius=64.0,
        ),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """An installation of its own, with two engine workers and an administrator."""
    with administered_product() as running:
        yield running


def count_finished(status: dict[str, Any]) -> int:
    return sum(status["finished"].values())


def count_retried(product: Product, workers: tuple[str, ...]) -> int:
    said = statuses(product)
    return sum(said[id]["retried_requests"] for id in workers if id in said)


async def wait_until(is_so: Callable[[], bool]) -> None:
    """A worker tells of what has happened at its next beat."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not is_so():  # noqa: ASYNC110 (another process is asked)
            await asyncio.sleep(BEAT_SECONDS)


class ScriptedWorker:
    """Says every half second what the test wants it to say."""

    def __init__(self, product: Product) -> None:
        self._redis = product.redis()
        self.status = replace(SCRIPTED, started_at=time.time() - 7_300)
        self._task: asyncio.Task[None] | None = None

    def say(self, **changes: Any) -> float:
        """Say it now and from now on; returns when that was (monotonic seconds)."""
        self.status = replace(self.status, **changes)
        self._speak()
        if self._task is None:
            self._task = asyncio.create_task(self._go_on())
        return time.monotonic()

    def die(self, note: str) -> float:
        """Say nothing any more; whoever kept it running knows why."""
        if self._task is not None:
            self._task.cancel()
        self._task = None
        self._redis.set(worker_exit_key(SCRIPTED_ID), note)
        return time.monotonic()

    def close(self) -> None:
        self.die("")
        self._redis.delete(worker_exit_key(SCRIPTED_ID))
        self._redis.close()

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            self._speak()

    def _speak(self) -> None:
        now = time.time()
        status = replace(self.status, updated_at=now, steps=int(now))
        self._redis.set(worker_key(status.worker_id), json.dumps(asdict(status)), ex=10)


@pytest.fixture
def scripted(product: Product) -> Iterator[ScriptedWorker]:
    worker = ScriptedWorker(product)
    yield worker
    worker.close()


async def assert_finished(chat: Chat) -> None:
    await chat.wait_for_answer()
    stored = await chat.stored_conversation()
    assert stored["messages"][-1]["turn"]["state"] == "finished"


async def test_a_change_of_state_is_shown_soon_after_the_fact(
    desk: Desk,
    scripted: ScriptedWorker,
    context: BrowserContext,
    product: Product,
    measurements: Measurements,
    screenshots: Path | None,
) -> None:
    name = asdict(scripted.status)
    steps: list[tuple[str, dict[str, Any], str, str]] = [
        (
            "starting",
            {"state": WorkerState.STARTING, "load_progress": 0.62, "load_text": "Loading weights"},
            "Starting",
            "62 %",
        ),
        (
            "ready",
            {"state": WorkerState.READY, "load_progress": None, "load_text": ""},
            "Ready",
            "14",
        ),
        ("stuck", {"polled_at": time.time() - 70}, "Stuck", "has not asked for work"),
        (
            "draining",
            {"state": WorkerState.DRAINING, "reason": "Drained by an administrator."},
            "Draining",
            "Drained by an administrator.",
        ),
        ("ready", {"state": WorkerState.READY, "reason": "", "polled_at": 0.0}, "Ready", "14"),
    ]
    card = desk.card(name)
    for state, changes, label, told in steps:
        said_at = scripted.say(**changes)
        seen = await desk.wait_for_state(SCRIPTED_ID, state, said_at)
        await expect(card.get_by_text(label, exact=True)).to_be_visible()
        await expect(card).to_contain_text(told)
        measurements[f"dashboard: seconds until {state}"] = round(seen.at - said_at, 2)
    if screenshots is not None:
        await take_pictures(desk, context, product, screenshots)
    died_at = scripted.die("Its process was ended by SIGSEGV.")
    gone = await desk.wait_for_state(SCRIPTED_ID, "gone", died_at)
    assert gone.reason == "Its process was ended by SIGSEGV."
    measurements["dashboard: seconds until gone"] = round(gone.at - died_at, 2)
    await expect(card.get_by_text("Gone", exact=True)).to_be_visible()
    await expect(card).to_contain_text("SIGSEGV")


async def take_pictures(
    desk: Desk, context: BrowserContext, product: Product, folder: Path
) -> None:
    """The list in light and dark, while a worker writes."""
    await begin(GAME, context, product)
    await desk.page.set_viewport_size({"width": 1280, "height": 580})
    for scheme in ("light", "dark"):
        if scheme == "dark":
            await desk.page.get_by_role("button", name="Use the dark theme").click()
        await asyncio.sleep(PICTURE_SECONDS)
        await desk.page.screenshot(path=folder / f"workers-{scheme}.png")


async def test_a_drained_worker_finishes_what_it_has_and_takes_no_more(
    desk: Desk, context: BrowserContext, product: Product, measurements: Measurements
) -> None:
    chat, _, worker_id = await begin(GAME, context, product)
    before = statuses(product)
    asked_at = await desk.do(before[worker_id], "Drain", "New fans")
    told = desk.expect_told("all that it had are finished")
    draining = await desk.wait_for_state(worker_id, "draining", asked_at)
    measurements["dashboard: seconds until a drain shows"] = round(draining.at - asked_at, 2)
    await expect(desk.card(before[worker_id])).to_contain_text("Drained by an administrator.")
    assert draining.worker["running"] == 1

    other = Chat(await context.new_page())
    await other.open()
    await other.ask("Hello")
    await assert_finished(chat)
    await told

    (other_id,) = set(before) - {worker_id, SCRIPTED_ID}
    had = {id: count_finished(before[id]) for id in (worker_id, other_id)}
    # "Hello", and the round of the game that followed the drain.
    await wait_until(lambda: count_finished(statuses(product)[other_id]) >= had[other_id] + 2)
    after = statuses(product)
    assert count_finished(after[worker_id]) == had[worker_id] + 1
    for id in (worker_id, other_id):
        assert after[id]["errors"] == before[id]["errors"]
        assert after[id]["retried_requests"] == before[id]["retried_requests"]
    assert after[worker_id]["state"] == "draining"

    asked_at = await desk.do(before[worker_id], "Resume", "Fans are in")
    told = desk.expect_told("It takes requests again.")
    await desk.wait_for_state(worker_id, "ready", asked_at)
    await told


async def test_a_killed_worker_is_gone_with_its_reason_and_its_turns_go_on_elsewhere(
    desk: Desk, context: BrowserContext, product: Product, measurements: Measurements
) -> None:
    chat, wire, worker_id = await begin(GAME, context, product)
    before = statuses(product)
    (other_id,) = set(before) - {worker_id, SCRIPTED_ID}
    os.kill(before[worker_id]["pid"], signal.SIGKILL)
    killed_at = time.monotonic()
    gone = await desk.wait_for_state(worker_id, "gone", killed_at)
    assert gone.reason == "Its process was ended by SIGKILL."
    measurements["dashboard: seconds until a killed worker is gone"] = round(gone.at - killed_at, 2)

    await wire.wait_for_end()
    await assert_finished(chat)
    # Whoever is free takes it: the other worker, or the successor of the killed one.
    heirs = (other_id, worker_id)
    retried = before[other_id]["retried_requests"]
    await wait_until(lambda: count_retried(product, heirs) > retried)
    back = await desk.wait_for(
        worker_id,
        lambda seen: seen.state == "ready" and seen.worker["pid"] != before[worker_id]["pid"],
        killed_at,
    )
    measurements["dashboard: seconds until it is back"] = round(back.at - killed_at, 2)
    await expect(desk.card(back.worker).get_by_text("Ready", exact=True)).to_be_visible()


async def test_a_restart_brings_a_new_process_and_is_written_down(
    desk: Desk, product: Product, measurements: Measurements
) -> None:
    before = next(one for id, one in statuses(product).items() if id != SCRIPTED_ID)
    worker_id = before["worker_id"]
    asked_at = await desk.do(before, "Restart", "To see that it works")
    told = desk.expect_told("It ends now and is started again")
    # On a quiet machine it is gone and starting for less than the second between two frames.
    back = await desk.wait_for(
        worker_id,
        lambda seen: seen.state == "ready" and seen.worker["pid"] != before["pid"],
        asked_at,
    )
    measurements["dashboard: seconds until a restarted worker is ready"] = round(
        back.at - asked_at, 2
    )
    assert "broken" not in back.reason
    await told

    await desk.page.get_by_role("link", name="Administration").click()
    await desk.page.get_by_role("link", name="Audit log").first.click()
    row = desk.page.get_by_role("row").filter(has_text="To see that it works")
    await expect(row).to_contain_text(f"worker {worker_id}")
    await expect(row).to_contain_text("It ends now and is started again")
