"""A running product and a real Chromium for every test in this folder.

Playwright's asynchronous interface runs in one event loop for the whole session: its synchronous
one would leave a running loop behind, in which neither Django nor `asyncio.run` works.
"""

import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ViewportSize, async_playwright, expect

from tests.browser.chat import Chat
from tests.browser.product import Product
from tests.browser.workers_desk import EMAIL, PASSWORD, SCRIPTED_ID, Desk, statuses
from tools.chromium import LAUNCH_OPTIONS
from webapp.core.environment import PROJECT_ROOT
from webapp.rendering.browser.program import find_chromium

BROUGHT_CHROMIUM = PROJECT_ROOT / "var" / "chromium"
TIMEOUT_MS = 60_000
EXPECT_MS = 30_000
Measurements = dict[str, float]
MEASUREMENTS: pytest.StashKey[Measurements] = pytest.StashKey()
VIEWPORT = ViewportSize(width=1280, height=800)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", metavar="DIR", help="write the README's pictures there")
    parser.addoption("--serve-model", metavar="MODEL", help="checkpoint folder instead of glm-nano")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for name, value in config.stash.get(MEASUREMENTS, {}).items():
        terminalreporter.write_line(f"Measured: {name} = {value}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all of them, and long enough for a slow machine."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.stack)


@pytest.fixture(scope="session")
def product(request: pytest.FixtureRequest) -> Iterator[Product]:
    """The product, started once for all journeys."""
    home = Path(tempfile.mkdtemp(prefix="atelier-browser-"))
    model = request.config.getoption("--serve-model", default=None) or "glm-nano"
    running = Product(home, model)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def measurements(request: pytest.FixtureRequest) -> Measurements:
    """What a test has measured, told at the end of the run; no test asserts it."""
    return request.config.stash.setdefault(MEASUREMENTS, {})


@pytest.fixture(scope="session")
def screenshots(request: pytest.FixtureRequest) -> Path | None:
    """Where the README's pictures go, if they are wanted."""
    folder = request.config.getoption("--screenshots", default=None)
    return Path(folder).absolute() if folder else None


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all."""
    executable = find_chromium(BROUGHT_CHROMIUM)
    assert executable is not None, "There is no Chromium; run: make setup"
    expect.set_options(timeout=EXPECT_MS)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=executable, args=list(LAUNCH_OPTIONS)
        )
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser, product: Product) -> AsyncIterator[BrowserContext]:
    """A new person: no cookies, nothing stored."""
    person = await browser.new_context(base_url=product.url, viewport=VIEWPORT)
    person.set_default_timeout(TIMEOUT_MS)
    yield person
    await person.close()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser, product: Product) -> AsyncIterator[Desk]:
    """The page of workers, signed in, with all workers ready. For an administered product."""
    person = await browser.new_context(base_url=product.url, viewport=VIEWPORT)
    desk = Desk(await person.new_page())
    await desk.sign_in(EMAIL, PASSWORD)
    begun = time.monotonic()
    for worker_id in statuses(product):
        if worker_id != SCRIPTED_ID:
            await desk.wait_for_state(worker_id, "ready", begun)
    yield desk
    assert desk.problems == []
    await person.close()


@pytest_asyncio.fixture(loop_scope="session")
async def chat(context: BrowserContext) -> Chat:
    """The product's page, open and ready for a message, with all that its console said."""
    chat = Chat(await context.new_page())
    await chat.open()
    return chat
