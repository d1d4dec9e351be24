"""A disk without room, as a person sees it: reading goes on, and nothing new is begun.

Every process of the product is real; what the system says of the free space is the test's.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Locator, expect

from tests.browser.chat import Chat
from tests.browser.looks import faint_texts, sideways_overflow
from tests.browser.product import Product

BANNER = "You can go on reading."
REFUSAL = "Atelier's disk is full; nothing new can be stored"
SIZES = {"wide": (1280, 800), "narrow": (380, 800)}
# Python runs a module of this name before anything else.
HOOK = """
import os, shutil
measure = shutil.disk_usage
sign = os.path.join(os.environ.get("ATELIER_HOME", ""), "disk-is-full")

def disk_usage(path):
    found = measure(path)
    return found._replace(free=0) if os.path.exists(sign) else found

shutil.disk_usage = disk_usage
"""


class ProductOnADisk(Product):
    """An installation whose disk can be told to be full."""

    def __init__(self, home: Path) -> None:
        super().__init__(home, "glm-nano")
        self._hooks = home / "hooks"
        self._hooks.mkdir()
        (self._hooks / "sitecustomize.py").write_text(HOOK)

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "PYTHONPATH": str(self._hooks)}

    def fill_disk(self) -> None:
        (self.home / "disk-is-full").touch()

    def make_room(self) -> None:
        (self.home / "disk-is-full").unlink(missing_ok=True)


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """An installation of its own."""
    home = Path(tempfile.mkdtemp(prefix="atelier-disk-"))
    running = ProductOnADisk(home)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def disk(product: Product) -> Iterator[ProductOnADisk]:
    assert isinstance(product, ProductOnADisk)
    yield product
    product.make_room()


def banner(chat: Chat) -> Locator:
    return chat.alerts.filter(has_text=BANNER)


async def write(chat: Chat, text: str) -> None:
    await chat.message.fill(text)
    await chat.message.press("Enter")


async def test_a_full_disk_is_told_and_reading_goes_on_until_there_is_room(
    disk: ProductOnADisk, chat: Chat
) -> None:
    answer = await chat.ask("Hello")
    said = await answer.inner_text()
    address = chat.page.url
    await expect(banner(chat)).to_have_count(0)

    disk.fill_disk()
    await write(chat, "And what is the capital of Peru?")
    await expect(banner(chat)).to_be_visible()
    await expect(chat.page.get_by_role("main").get_by_text(REFUSAL)).to_be_visible()
    # What was written is not lost with the refusal.
    await expect(chat.message).to_have_value("And what is the capital of Peru?")
    assert len((await chat.stored_conversation())["messages"]) == 2

    await chat.open(address)
    await expect(banner(chat)).to_be_visible()
    await expect(chat.answers.first).to_contain_text(said.strip().splitlines()[0])

    disk.make_room()
    await expect(banner(chat)).to_have_count(0)
    await chat.ask("And what is the capital of Peru?")
    assert len((await chat.stored_conversation())["messages"]) == 4
    assert chat.problems == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_banner_is_legible(
    disk: ProductOnADisk, context: BrowserContext, size: str, scheme: str, screenshots: Path | None
) -> None:
    disk.fill_disk()
    width, height = SIZES[size]
    page = await context.new_page()
    await page.set_viewport_size({"width": width, "height": height})
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    chat = Chat(page)
    await chat.open()
    await expect(banner(chat)).to_be_visible()
    if screenshots is not None:
        await page.screenshot(path=screenshots / f"full-disk-{size}-{scheme}.png")
    assert await faint_texts(page) == []
    assert await sideways_overflow(page) == 0
