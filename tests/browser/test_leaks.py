"""No request leaves a made thing, and the app is out of its reach.

Every probe runs twice: sealed, as the product shows it, and in the open, where everything that it
tries must arrive. So a listener that hears nothing, or a channel that Chromium gave up, is noticed.
"""

import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import BROUGHT_CHROMIUM
from tests.browser.kinds import WORDS_BY_KIND, probes_of_all_kinds
from tests.browser.listener import Listener
from tests.browser.planting import html_document, open_document, plant
from tests.browser.probes import CONNECTIONS, EVERY_CHANNEL, NAVIGATIONS, Probe
from tests.browser.product import Product
from tools.chromium import LAUNCH_OPTIONS
from webapp.rendering.browser.program import find_chromium

ARRIVAL_SECONDS = 30.0
# As long as the same probe needs in the open, several times over.
SILENCE_SECONDS = 3.0
MOST_CRASHES = 2

REACH = """<!doctype html><body><script>
const looks = {
  origin: () => self.origin,
  cookie: () => document.cookie,
  'parent document': () => parent.document.title,
  'parent storage': () => parent.localStorage.length,
  'parent name': () => parent.name,
  'top document': () => top.document.body.innerHTML,
  'frame element': () => String(frameElement),
  'own storage': () => { localStorage.setItem('a', 'b'); return localStorage.getItem('a'); },
  indexedDB: () => { indexedDB.open('x'); return 'opened'; },
  peer: () => typeof RTCPeerConnection + typeof webkitRTCPeerConnection + typeof WebTransport,
};
for (const [name, look] of Object.entries(looks)) {
  const line = document.createElement('p');
  let seen;
  try { seen = look(); } catch (error) { seen = error.name; }
  line.textContent = name + ' = ' + seen;
  document.body.append(line);
}
</script>"""

SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">
<image href="HTTP/svg" width="5" height="5"/><text y="9">Drawn</text>
<script>fetch('HTTP/script')</script></svg>"""


class PageCrashed(Exception):
    """The browser's process of this page has died."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A person whose chat holds every probe, aimed at `listener`."""

    owner: BrowserContext
    conversation: str
    listener: Listener

    async def show(self, title: str) -> Chat:
        """The probe of this title in the preview."""
        return await open_document(self.owner, self.conversation, title)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sealed(
    browser: Browser, product: Product, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Sealed]:
    """Not a private window as in the other tests: those connect to nothing in advance."""
    owner = await browser.browser_type.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=find_chromium(BROUGHT_CHROMIUM),
        args=list(LAUNCH_OPTIONS),
        base_url=product.url,
    )
    async with Listener() as listener:
        http = f"http://127.0.0.1:{listener.port}"
        probes = (EVERY_CHANNEL, *NAVIGATIONS, *CONNECTIONS)
        documents = [html_document(probe.name, probe.document(listener)) for probe in probes]
        link = f'<!doctype html><a href="{http}/link">Leave</a>'
        documents += [
            html_document("Reach", REACH),
            html_document("Plain link", link),
            {**html_document("Drawing", SVG.replace("HTTP", http)), "kind": "svg"},
        ]
        documents += probes_of_all_kinds(listener)
        conversation = await plant(product, owner, documents)
        yield Sealed(owner, conversation, listener)
    await owner.close()


async def arrivals_in_the_open(
    context: BrowserContext, probe: Probe, headers: str, seconds: float
) -> frozenset[str]:
    """What of the probe arrives within `seconds` from a page that has only these headers.

    The page stays open: Chromium may hang when one is closed while it navigates. Seldom it crashes
    on such a page in its own code; that tells nothing about the headers, so another one is opened.
    """
    for _ in range(MOST_CRASHES):
        with contextlib.suppress(PageCrashed):
            return await arrivals_at_one_page(context, probe, headers, seconds)
    return await arrivals_at_one_page(context, probe, headers, seconds)


async def arrivals_at_one_page(
    context: BrowserContext, probe: Probe, headers: str, seconds: float
) -> frozenset[str]:
    """The same at the first try. Raises PageCrashed."""
    async with Listener() as listener:
        listener.page, listener.page_headers = probe.document(listener), headers
        page = await context.new_page()
        try:
            await page.goto(f"http://127.0.0.1:{listener.port}/page")
        except Error as error:
            if "Page crashed" in error.message:
                raise PageCrashed from error
            raise
        missing = await listener.wait_for(set(probe.arrives), seconds)
    return probe.arrives - missing


async def assert_all_arrive_in_the_open(context: BrowserContext, probe: Probe) -> None:
    assert await arrivals_in_the_open(context, probe, "", ARRIVAL_SECONDS) == probe.arrives


def is_refused_frame(message: ConsoleMessage) -> bool:
    return "Content Security Policy" in message.text or "Unsafe attempt" in message.text


async def test_no_channel_that_a_script_can_try_reaches_the_network(
    sealed: Sealed,
) -> None:
    chat = await sealed.show(EVERY_CHANNEL.name)

    await expect(chat.preview.get_by_text("All attempts are made.")).to_be_visible()
    await assert_all_arrive_in_the_open(sealed.owner, EVERY_CHANNEL)

    assert sealed.listener.hits == []


async def wait_for_words(page: Page, words: str) -> None:
    """Until the words stand in the page or in one of its frames."""
    for _ in range(300):
        for frame in page.frames:
            if await frame.get_by_text(words).count():
                return
        await page.wait_for_timeout(100)
    raise AssertionError(f"{words!r} never came")


@pytest.mark.parametrize("kind", ["poster", "deck", "markdown", "mermaid"])
async def test_no_kind_of_thing_reaches_the_network(kind: str, sealed: Sealed) -> None:
    chat = await sealed.show(f"Probe {kind}")

    await wait_for_words(chat.page, WORDS_BY_KIND[kind])
    await chat.page.wait_for_timeout(500)

    assert sealed.listener.hits == []
    await chat.page.close()


@pytest.mark.parametrize("probe", NAVIGATIONS, ids=lambda probe: probe.name)
async def test_a_made_thing_cannot_leave_by_navigation(probe: Probe, sealed: Sealed) -> None:
    page = await sealed.owner.new_page()
    chat = Chat(page)
    await chat.open(f"/c/{sealed.conversation}")

    async with page.expect_console_message(is_refused_frame):
        await chat.answers.get_by_role("button", name=probe.name).click()
    await assert_all_arrive_in_the_open(sealed.owner, probe)

    assert sealed.listener.hits == []
    await expect(page).to_have_url(re.compile(rf"/c/{sealed.conversation}$"))
    await expect(chat.message).to_be_visible()


async def test_a_drawing_runs_no_foreign_code_and_fetches_nothing(sealed: Sealed) -> None:
    chat = await sealed.show("Drawing")

    await expect(chat.preview.get_by_text("Drawn")).to_be_visible()
    assert sealed.listener.hits == []


async def test_a_link_is_opened_only_after_the_person_has_agreed(sealed: Sealed) -> None:
    chat = await sealed.show("Plain link")

    await chat.preview.get_by_role("link", name="Leave").click()
    dialog = chat.page.get_by_role("dialog", name="Open this link?")

    await expect(dialog).to_contain_text(f"http://127.0.0.1:{sealed.listener.port}/link")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(dialog).to_be_hidden()
    assert sealed.listener.hits == []


async def test_cookie_page_and_storage_of_the_app_are_out_of_reach(sealed: Sealed) -> None:
    chat = await sealed.show("Reach")

    await expect(chat.preview.locator("p")).to_have_text(
        [
            "origin = null",
            "cookie = SecurityError",
            "parent document = SecurityError",
            "parent storage = SecurityError",
            "parent name = SecurityError",
            "top document = SecurityError",
            "frame element = null",
            "own storage = b",
            "indexedDB = SecurityError",
            "peer = undefinedundefinedundefined",
        ]
    )


async def test_no_frame_of_the_page_may_be_of_its_origin_or_open_windows(sealed: Sealed) -> None:
    chat = await sealed.show("Reach")
    frame = chat.page.locator('iframe[title="Artifact preview"]:not(.coming)')

    await expect(frame).to_have_count(1)
    tokens = set((await frame.get_attribute("sandbox") or "").split())

    assert tokens == {"allow-scripts", "allow-forms", "allow-pointer-lock"}
    assert await frame.get_attribute("credentialless") is not None
    assert await chat.page.locator("iframe:not([sandbox])").count() == 0


async def test_the_frame_is_fetched_without_a_cookie_and_gives_none(
    sealed: Sealed, product: Product
) -> None:
    page = await sealed.owner.new_page()
    chat = Chat(page)
    await chat.open(f"/c/{sealed.conversation}")
    shell = f"{product.artifact_url}/frame"

    async with page.expect_response(shell) as waiting:
        await chat.answers.get_by_role("button", name="Reach").click()
    response = await waiting.value

    assert "cookie" not in await response.request.all_headers()
    assert "set-cookie" not in await response.all_headers()


async def test_the_address_of_the_frame_opened_directly_is_harmless(
    sealed: Sealed, product: Product
) -> None:
    page = await sealed.owner.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))

    response = await page.goto(f"{product.artifact_url}/frame")
    assert response is not None
    await page.evaluate("postMessage('atelier:port', '*', [new MessageChannel().port2])")

    assert "set-cookie" not in await response.all_headers()
    assert await page.evaluate("self.origin") == "null"
    assert await cookie_of(page) == "SecurityError"
    assert requests == [f"{product.artifact_url}/frame"]


async def is_alive(page: Page) -> bool:
    """True if the app's own document runs. Asked past Playwright, which gives the whole page up
    when only the frame's process has ended, as Chromium ends it for a refused peer connection."""
    session = await page.context.new_cdp_session(page)
    look = {"expression": "document.querySelector('textarea').ariaLabel"}
    answer = await session.send("Runtime.evaluate", look)
    alive: bool = answer["result"]["value"] == "Message"
    return alive


async def cookie_of(page: Page) -> str:
    look = "() => { try { return document.cookie } catch (error) { return error.name } }"
    seen: str = await page.evaluate(look)
    return seen


async def test_the_artifact_origin_serves_nothing_of_the_app(
    sealed: Sealed, product: Product
) -> None:
    for path in ("/", "/api/session", "/static/", f"/c/{sealed.conversation}", "/frame/../api"):
        response = await sealed.owner.request.get(f"{product.artifact_url}{path}")
        assert response.status == 404, path


@pytest.mark.parametrize("probe", CONNECTIONS, ids=lambda probe: probe.name)
async def test_connections_that_no_policy_names_are_closed_where_the_browser_can(
    probe: Probe, sealed: Sealed
) -> None:
    """The known rest of docs/security.md: an older Chromium, which does not know the header
    Connection-Allowlist, lets exactly these out. So the header alone is the measure."""
    await assert_all_arrive_in_the_open(sealed.owner, probe)
    header = "Connection-Allowlist: (response-origin)\r\n"
    known_rest = await arrivals_in_the_open(sealed.owner, probe, header, SILENCE_SECONDS)

    chat = await sealed.show(probe.name)
    missing = await sealed.listener.wait_for(set(probe.arrives), SILENCE_SECONDS)
    heard = set(sealed.listener.hits)
    sealed.listener.hits.clear()

    assert heard == known_rest == probe.arrives - missing
    assert await is_alive(chat.page)
