"""One open page of the pool: loads a document without a network and says how that went."""

import base64
import contextlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import psutil
from playwright.async_api import CDPSession, Error, Page

from webapp.rendering.browser.errors import PageHangs
from webapp.rendering.browser.incidents import Incident, IncidentLog
from webapp.rendering.browser.patience import limit_computing
from webapp.rendering.browser.requests import ADDRESS, RequestAnswers

SETTLE_MS = 1500
# Chinese comes in some dozens of files, and without them neither words nor measures are right.
FONTS_MS = 8000
# Fonts, pictures and two drawn frames; then every animation that has an end is brought to it, so
# that what enters slowly is measured where it will stay.
_SETTLE = """async ([fonts_ms, limit_ms]) => {
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const drawn = async () => {
    await Promise.all([...document.images].map((image) => image.decode().catch(() => null)));
    await frame();
    await frame();
    for (const animation of document.getAnimations()) {
      const end = animation.effect?.getComputedTiming().endTime;
      if (Number.isFinite(end)) animation.finish();
    }
    await frame();
  };
  await Promise.race([document.fonts.ready, pause(fonts_ms)]);
  await Promise.race([drawn(), pause(limit_ms)]);
}"""


# What may run code, or load a document that does. Looks at more than it must: text that is like it
# costs a page of its own, and what it misses is not run at all.
_MAY_RUN_CODE = re.compile(
    r"<(?:script|iframe|frame|object|embed|portal|fencedframe|meta[^>]*http-equiv)"
    r"|\bon[a-z]+\s*=|javascript:",
    re.IGNORECASE,
)
MOST_DOCUMENTS = 40
"""Then the page is given up, since what it holds grows."""


class LoadState(StrEnum):
    """How loading ended."""

    LOADED = "loaded"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOutcome:
    """How loading went. `incidents` are those until then; a page may have more later."""

    state: LoadState
    duration_ms: float
    incidents: tuple[Incident, ...]


class RenderPage:
    """Wraps a Playwright page whose network is closed."""

    def __init__(
        self,
        page: Page,
        devtools: CDPSession,
        answers: RequestAnswers,
        incidents: IncidentLog,
        processes: Sequence[psutil.Process],
    ) -> None:
        self.page = page
        self.has_crashed = False
        self._is_pristine = True
        self._documents = 0
        self._devtools = devtools
        self._answers = answers
        self._incidents = incidents
        self._processes = processes
        page.on("crash", self._note_crash)

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """What went wrong since the present document began."""
        return self._incidents.all()

    @property
    def is_reusable(self) -> bool:
        """True if nobody can find a trace in the page: no code of a document has run in it, none
        was stopped, and there were not too many."""
        return self._is_pristine and not self.has_crashed and self._documents < MOST_DOCUMENTS

    async def clear(self) -> None:
        """Take the document away. Raises playwright's Error."""
        self._answers.document = ""
        await self.page.goto(ADDRESS, wait_until="commit")
        self._incidents.clear()

    async def load(self, document: str, *, timeout_ms: int) -> LoadOutcome:
        """Load an HTML document and let it settle: fonts and pictures there, entry animations at
        their end. A document that computes for `timeout_ms` before it gets there, or crashes, is an
        outcome, no error. A page that is well may load one document after another. Raises
        MachineBusy, BrowserLost.
        """
        may_run_code = _MAY_RUN_CODE.search(document) is not None
        self._answers.document = document
        self._answers.forbids_scripts = not may_run_code
        self._incidents.clear()
        self._documents += 1
        begin = time.monotonic()
        state = LoadState.CRASHED
        try:
            state = await self._try_load(timeout_ms)
        finally:
            self._is_pristine &= not may_run_code and state is LoadState.LOADED
        duration_ms = (time.monotonic() - begin) * 1000
        return LoadOutcome(state=state, duration_ms=duration_ms, incidents=self.incidents)

    def within(self, computing_ms: float) -> contextlib.AbstractAsyncContextManager[None]:
        """Limits what is awaited within by the time that this page computes meanwhile. Raises
        PageHangs, or MachineBusy where the page got hardly any time."""
        return limit_computing(self._processes, computing_ms)

    async def screenshot(self, *, scale: float = 1.0) -> bytes:
        """The viewport as PNG, quickly made: large for its content. `scale` below 1 makes it
        smaller than it is shown."""
        options: dict[str, object] = {"format": "png", "optimizeForSpeed": True}
        size = self.page.viewport_size
        if scale != 1.0 and size is not None:
            options["clip"] = {"x": 0, "y": 0, **size, "scale": scale}
        answer = await self._devtools.send("Page.captureScreenshot", options)
        return base64.b64decode(answer["data"])

    async def _try_load(self, timeout_ms: int) -> LoadState:
        try:
            async with self.within(timeout_ms):
                await self.page.goto(ADDRESS, wait_until="load", timeout=0)
                limits = [min(limit, timeout_ms) for limit in (FONTS_MS, SETTLE_MS)]
                await self.page.evaluate(_SETTLE, limits)
        except PageHangs:
            return LoadState.TIMED_OUT
        except Error:
            if self.has_crashed:
                return LoadState.CRASHED
            raise
        return LoadState.LOADED

    def _note_crash(self, _page: Page) -> None:
        self.has_crashed = True
