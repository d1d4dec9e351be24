import asyncio
import os
import socket
from pathlib import Path

import psutil
import pytest
from playwright.async_api import Error

from tests.webapp.rendering.conftest import LIBRARY
from webapp.rendering.browser.confinement import NOBODY
from webapp.rendering.browser.errors import BrowserLost, PageFailed
from webapp.rendering.browser.incidents import IncidentKind
from webapp.rendering.browser.page import LoadState
from webapp.rendering.browser.pool import PoolOptions, RenderPool

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
PATIENCE_MS = 15_000
FAULTY = """<!doctype html><title>Faulty</title>
<script>console.error("the console", 7);</script>
<script>Promise.reject(new TypeError("nobody caught this"));</script>
<script>missingFunction();</script>
<script src="https://cdn.example/jquery.js"></script>
<script src="/lib/nothing@9/nothing.js"></script>
<script>new WebSocket("wss://socket.example/live").onerror = () => {};</script>"""
GREEDY = """<script>const kept = [];
setInterval(() => kept.push(new Uint8Array(2e7).fill(1)), 1);</script>"""


async def test_a_page_loads_and_what_goes_wrong_on_it_is_named(pool: RenderPool) -> None:
    async with pool.page(width=800, height=600) as page:
        outcome = await page.load(FAULTY, timeout_ms=PATIENCE_MS)
    assert outcome.state is LoadState.LOADED
    found = {(incident.kind, incident.text) for incident in outcome.incidents}
    assert found >= {
        (IncidentKind.CONSOLE_ERROR, "the console 7"),
        (IncidentKind.UNHANDLED_REJECTION, "TypeError: nobody caught this"),
        (IncidentKind.UNCAUGHT_ERROR, "ReferenceError: missingFunction is not defined"),
        (IncidentKind.UNKNOWN_ADDRESS, "https://cdn.example/jquery.js"),
        (IncidentKind.MISSING_LIBRARY_FILE, "/lib/nothing@9/nothing.js"),
        (IncidentKind.UNKNOWN_ADDRESS, "wss://socket.example/live"),
    }
    lines = {incident.text: incident.line for incident in outcome.incidents}
    assert lines["ReferenceError: missingFunction is not defined"] == 4


async def test_files_of_the_library_are_answered(pool: RenderPool) -> None:
    async with pool.page(width=800, height=600) as page:
        document = '<script src="/lib/greeter@1.0.0/greeter.js"></script>'
        outcome = await page.load(document, timeout_ms=PATIENCE_MS)
        assert await page.page.evaluate("window.greeting") == "hello"
    assert outcome.incidents == ()


async def test_entry_animations_are_brought_to_their_end(pool: RenderPool) -> None:
    document = """<style>@keyframes enter { from { opacity: 0 } to { opacity: 1 } }
    h1 { animation: enter 5s 2s both }</style><h1>Hello</h1>"""
    async with pool.page(width=800, height=600) as page:
        await page.load(document, timeout_ms=PATIENCE_MS)
        opacity = "getComputedStyle(document.querySelector('h1')).opacity"
        assert await page.page.evaluate(opacity) == "1"


async def test_nothing_outside_is_reached(pool: RenderPool) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.setblocking(False)
    document = f"""<img src="http://127.0.0.1:{port}/a"><script>
    fetch("http://localhost:{port}/b").catch(() => null);
    navigator.sendBeacon("http://127.0.0.1:{port}/c", "x");
    new WebSocket("ws://127.0.0.1:{port}/d");
    new Worker(URL.createObjectURL(new Blob(["fetch('http://127.0.0.1:{port}/e')"])));
    open("http://127.0.0.1:{port}/f");
    </script>"""
    with listener:
        async with pool.page(width=800, height=600) as page:
            await page.load(document, timeout_ms=PATIENCE_MS)
            await asyncio.sleep(0.3)
        with pytest.raises(BlockingIOError):
            listener.accept()


async def test_the_browser_gives_up_what_it_does_not_need(pool: RenderPool) -> None:
    assert pool.confinement is not None
    browser = psutil.Process(pool.browser_pid)
    if pool.confinement.network_namespace:
        inside = (Path("/proc") / str(browser.pid) / "net" / "dev").read_text("utf-8")
        assert "eth" not in inside
    if os.geteuid() == 0 and pool.confinement.user is not None:
        assert browser.uids().real == NOBODY
    assert not any(name.startswith(("ATELIER", "REDIS", "DJANGO")) for name in browser.environ())
    assert pool.confinement.sandbox == ("--no-sandbox" not in browser.cmdline())


async def test_an_endless_page_costs_only_itself(pool: RenderPool) -> None:
    async def load(document: str, timeout_ms: int) -> LoadState:
        async with pool.page(width=800, height=600) as page:
            return (await page.load(document, timeout_ms=timeout_ms)).state

    endless = asyncio.create_task(load("<p>x</p><script>while (true);</script>", 1500))
    states = [await load("<h1>Good</h1>", PATIENCE_MS) for _ in range(3)]
    assert states == [LoadState.LOADED] * 3
    assert await endless is LoadState.TIMED_OUT


async def test_a_page_that_takes_all_memory_is_ended(pool: RenderPool) -> None:
    async def show_greedy_page() -> None:
        async with pool.page(width=800, height=600) as page:
            if (await page.load(GREEDY, timeout_ms=PATIENCE_MS)).state is LoadState.CRASHED:
                raise PageFailed("It crashed while it was loaded.")
            await page.page.wait_for_function("false", timeout=PATIENCE_MS)

    with pytest.raises(PageFailed):
        await show_greedy_page()
    async with pool.page(width=800, height=600) as page:
        assert (await page.load("x", timeout_ms=PATIENCE_MS)).state is LoadState.LOADED


async def test_a_killed_browser_is_replaced(pool: RenderPool) -> None:
    async def kill_under_a_page() -> None:
        async with pool.page(width=800, height=600) as page:
            await page.load("<h1>One</h1>", timeout_ms=PATIENCE_MS)
            psutil.Process(pool.browser_pid).kill()
            await page.page.wait_for_function("false", timeout=PATIENCE_MS)

    with pytest.raises(BrowserLost):
        await kill_under_a_page()
    async with pool.page(width=800, height=600) as page:
        assert (await page.load("<h1>Two</h1>", timeout_ms=PATIENCE_MS)).state is LoadState.LOADED


async def test_errors_of_the_caller_stay_his_own(pool: RenderPool) -> None:
    async with pool.page(width=800, height=600) as page:
        await page.load("x", timeout_ms=PATIENCE_MS)
        with pytest.raises(Error, match="SyntaxError"):
            await page.page.evaluate("this is no code")


async def test_a_browser_is_replaced_after_its_pages(chromium: Path) -> None:
    async with RenderPool(PoolOptions(program=chromium, pages_per_browser=2), LIBRARY.get) as pool:
        pids = []
        for _ in range(3):
            async with pool.page(width=100, height=100):
                pids.append(pool.browser_pid)
    first, second, third = pids
    assert first == second != third
    assert not psutil.pid_exists(first or 0)
