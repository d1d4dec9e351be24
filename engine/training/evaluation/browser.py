"""A headless Chromium that shows one made thing at a time, with a clock that the check moves."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Route,
    sync_playwright,
)

from engine.errors import EngineError
from engine.protocol import ErrorCode

PROGRAM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
)
ADDRESS = "http://artifact.invalid/"
VIEWPORT_PIXELS = 600
PATIENCE_MS = 15_000
# The same numbers on every page, so that two pages differ by what was pressed alone.
_SEEDED_RANDOM = """
let seed = 1;
Math.random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
"""
# The texts that a game paints cannot be read from its pixels.
_RECORD_TEXTS = """
window.paintedTexts = new Set();
const paintText = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
  window.paintedTexts.add(String(text));
  return paintText.call(this, text, ...rest);
};
"""


class BrowserMissing(EngineError):
    """There is no Chromium to check made things with."""

    def __init__(self) -> None:
        super().__init__(
            ErrorCode.SERVICE_UNAVAILABLE, "No Chromium was found; name its program by --chromium."
        )


def find_chromium() -> Path:
    """The system's Chromium. Raises `BrowserMissing`."""
    for name in PROGRAM_NAMES:
        program = shutil.which(name)
        if program is not None:
            return Path(program)
    raise BrowserMissing


class Stage:
    """One open page with a made thing on it. Time stands still but for `run`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._note_request)

    def run(self, milliseconds: int) -> None:
        """Let timers and animation frames of the page go on."""
        try:
            self.page.clock.run_for(milliseconds)
        except Error as error:
            self.errors.append(error.message.splitlines()[0])

    def press(self, key: str) -> None:
        """Press and release a key, named as in `KeyboardEvent.code`."""
        self.page.keyboard.press(key)

    def click(self, x: float, y: float) -> None:
        """Click at a fraction of the window's width and height."""
        self.page.mouse.click(x * VIEWPORT_PIXELS, y * VIEWPORT_PIXELS)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _note_request(self, request: Request) -> None:
        if request.url != ADDRESS and not request.url.startswith(("data:", "blob:")):
            self.errors.append(f"request to {request.url}")


class Theater:
    """Opens stages in one browser."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    @contextmanager
    def stage(self, document: str) -> Iterator[Stage]:
        """A fresh page that has loaded `document` (HTML) and reaches no network."""
        context = self._browser.new_context(
            viewport={"width": VIEWPORT_PIXELS, "height": VIEWPORT_PIXELS}
        )
        try:
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            stage = Stage(page)
            page.add_init_script(_SEEDED_RANDOM + _RECORD_TEXTS)
            page.clock.install(time=0)
            page.clock.pause_at(1)
            page.route("**/*", lambda route: _serve(route, document))
            page.goto(ADDRESS)
            yield stage
        finally:
            context.close()


@contextmanager
def open_theater(program: Path | None = None) -> Iterator[Theater]:
    """A running Chromium. Raises `BrowserMissing`."""
    executable = program or find_chromium()
    # The sandbox of Chromium refuses to work for root.
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=executable, args=options)
        except Error as error:
            raise BrowserMissing from error
        try:
            yield Theater(browser)
        finally:
            browser.close()


def _serve(route: Route, document: str) -> None:
    if route.request.url == ADDRESS:
        route.fulfill(body=document, content_type="text/html; charset=utf-8")
    else:
        route.abort()
