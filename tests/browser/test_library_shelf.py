"""Every library of the shelf works in the real frame, under its real policy, without a complaint
of the console. The pages are rewritten as a made thing is before it is kept."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Frame, Page

from tests.browser.library_pages import PAGES, LibraryPage
from tests.browser.product import Product
from webapp.shelf.catalog import read_catalog
from webapp.shelf.rewriting import rewrite

# What the app's page does to show a version, without its chat.
_SHOW = """
([origin, content]) => new Promise((resolve) => {
  document.querySelector("#shelf-frame")?.remove();
  const frame = document.createElement("iframe");
  frame.id = frame.name = "shelf-frame";
  frame.setAttribute("sandbox", "allow-scripts allow-forms allow-pointer-lock");
  frame.setAttribute("credentialless", "");
  frame.setAttribute("allow", "fullscreen; gamepad; autoplay; accelerometer; gyroscope");
  frame.style.cssText = "position: fixed; inset: 0; width: 400px; height: 300px; z-index: 99";
  addEventListener("message", ({ source, data }) => {
    if (source !== frame.contentWindow || data !== "atelier:ready") return;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => data.type === "loaded" && resolve();
    frame.contentWindow.postMessage("atelier:port", "*", [port2]);
    port1.postMessage({ type: "load", kind: "html", content });
  });
  frame.src = origin + "/frame";
  document.body.append(frame);
})
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def host(browser: Browser, product: Product) -> AsyncIterator[Page]:
    """The app's page, which alone may frame the artifact origin."""
    person = await browser.new_context(base_url=product.url)
    page = await person.new_page()
    await page.goto("/")
    yield page
    await person.close()


async def show(host: Page, product: Product, content: str) -> Frame:
    await host.evaluate(_SHOW, [product.artifact_url, content])
    frame = host.frame("shelf-frame")
    assert frame is not None
    return frame


@pytest.mark.parametrize("page", PAGES, ids=str)
async def test_a_library_works_in_the_frame(
    page: LibraryPage, host: Page, product: Product
) -> None:
    made = rewrite("html", page.html)
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(f"{message.text} {message.location.get('url')}")

    host.on("console", note)
    try:
        frame = await show(host, product, made.content)
        await frame.wait_for_function(f"() => {{ return {page.sign} }}", timeout=20_000)
    except Exception as error:
        raise AssertionError(f"{error}\n{problems}\n{made.report}") from error
    finally:
        host.remove_listener("console", note)
    assert made.unknown == ()
    assert problems == []


async def test_every_library_has_a_page() -> None:
    led = "".join(rewrite("html", page.html).content for page in PAGES)
    missing = {one.name for one in read_catalog().libraries if f"/lib/{one.folder}/" not in led}
    assert missing == set()
