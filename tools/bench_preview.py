"""`python -m tools.bench_preview`: whether the page keeps up with a long document being written.

Starts the whole product in a data folder of its own, with a second model whose script writes one
HTML document at a steady pace, opens the page in a real Chromium and asks for it, once with the
preview and once with the Code view in the panel. Measured in the page: tasks over 50 ms in the
app's own frame, and how much later than the socket's frame a line of the document is seen: every
line has a number, and the highest one is read from what is drawn, about 20 times a second. So a
figure of lag holds up to 50 ms of looking. Prints one JSON line, times in milliseconds.
"""

import argparse
import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Error, Frame, Page, expect, sync_playwright

from engine.protocol import (
    FinishReason,
    GenerationRequest,
    ToolArgumentDelta,
    ToolCallFinished,
    ToolCallStarted,
)
from tests.browser.product import Product
from tests.scripted_engine import Do, ScriptedEngine, Step, finished, say
from tools.chromium import LAUNCH_OPTIONS
from webapp.rendering.browser.program import find_chromium

ROOT = Path(__file__).resolve().parent.parent
MODEL = "steady-writer"
LINES = 2_000
FRAME_LINES = 7  # those around the numbered ones
TOKENS_PER_SECOND = 200.0
# As many characters as a token of English and HTML has on average.
TOKEN_CHARACTERS = 4
WAIT_MS = 60_000
WAIT_SECONDS = 900.0
ASK_MS = 1_000
LONG_MS = 50
VIEWS = ("Preview", "Code")
# In the app's frame: long tasks, and when each line has come by the socket.
_IN_APP = """
if (self === top) {
  window.longs = [];
  window.came = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.longs.push(entry.duration);
  }).observe({ type: "longtask" });
  let text = "";
  window.WebSocket = class extends WebSocket {
    constructor(...address) {
      super(...address);
      this.addEventListener("message", ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.type !== "artifact.delta") return;
        text = text.slice(-40) + frame.text;
        for (const [, number] of text.matchAll(/line-(\\d+)-/g)) {
          window.came[number] ??= performance.timeOrigin + performance.now();
        }
      });
    }
  };
}
"""
# In the frame that draws the lines: when each was seen first.
_LOOK = """(place) => {
  window.seen = [];
  const look = () => {
    const box = document.querySelector(place);
    const last = [...(box?.textContent ?? "").slice(-20000).matchAll(/line-(\\d+)-/g)].at(-1)?.[1];
    if (last !== undefined) window.seen[last] ??= performance.timeOrigin + performance.now();
  };
  window.looking = setInterval(look, 50);
}"""
_PLACES = {"Preview": "body", "Code": ".cm-content"}


def write_document(lines: int) -> str:
    """An HTML document of that many lines, each with its number in a form that is found again."""
    head = "<!doctype html>\n<html>\n<body>\n<main>\n"
    rows = (
        f'<p class="row">line-{number}- of a long page</p>\n'
        for number in range(lines - FRAME_LINES)
    )
    return head + "".join(rows) + "</main>\n</body>\n</html>\n"


def write_steadily(content: str, tokens_per_second: float) -> Iterator[Step]:
    """Steps of an engine that creates an HTML artifact at that pace, whatever the machine does."""
    arguments = {"id": "long-page", "type": "html", "title": "Long page", "content": content}
    yield ToolCallStarted(index=0, id="call-0", name="artifact_create")
    for key in ("id", "type", "title"):
        yield ToolArgumentDelta(index=0, key=key, text=arguments[key])
    begin = time.monotonic()
    for number, at in enumerate(range(0, len(content), TOKEN_CHARACTERS)):
        due = begin + number / tokens_per_second
        yield Do(partial(_sleep_until, due))
        yield ToolArgumentDelta(index=0, key="content", text=content[at : at + TOKEN_CHARACTERS])
    yield ToolCallFinished(index=0, id="call-0", name="artifact_create", arguments=arguments)
    yield finished(FinishReason.TOOL_CALLS)


def _sleep_until(due: float) -> None:
    time.sleep(max(0.0, due - time.monotonic()))


def measure_lags(came: Sequence[float | None], seen: Sequence[float | None]) -> list[float]:
    """How much later each line was seen than it came, [ms]. A line that was drawn together with
    later ones was seen with them; lines after the last one seen are left out."""
    lags = []
    at: float | None = None
    for number in range(min(len(came), len(seen)) - 1, -1, -1):
        at = seen[number] if seen[number] is not None else at
        arrived = came[number]
        if at is not None and arrived is not None:
            lags.append(max(0.0, at - arrived))
    return lags[::-1]


def summarize(longs: Sequence[float], lags: Sequence[float]) -> dict[str, Any]:
    """Long tasks, and the spread of the lag."""
    ordered = sorted(lags)
    return {
        "long_tasks": len(longs),
        "longest_task_ms": round(max(longs, default=0.0)),
        "lines_seen": len(ordered),
        "lag_p50_ms": round(median(ordered)) if ordered else None,
        "lag_p95_ms": round(ordered[int(0.95 * (len(ordered) - 1))]) if ordered else None,
        "lag_max_ms": round(ordered[-1]) if ordered else None,
    }


def measure(product: Product, browser: Browser, view: str) -> dict[str, Any]:
    """One document written in a chat of its own, with this view of it in the panel. Opening the
    view is not measured, nor what comes after the last line."""
    context = browser.new_context(base_url=product.url, viewport={"width": 1280, "height": 800})
    context.add_init_script(_IN_APP)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("combobox", name="Model").select_option(MODEL)
    page.get_by_role("textbox", name="Message", exact=True).fill("Write a long page")
    page.get_by_role("button", name="Send", exact=True).click()
    try:
        frame = _open_view(page, view)
        frame.evaluate(_LOOK, _PLACES[view])
        page.evaluate("window.longs.length = 0")
        page.wait_for_function("window.came.length > 0", timeout=WAIT_MS)
        seen = _watch(page, frame)
        came, longs = page.evaluate("[window.came, window.longs]")
        return summarize([one for one in longs if one > LONG_MS], measure_lags(came, seen))
    finally:
        context.close()


def _open_view(page: Page, view: str) -> Frame:
    """Opens the view as soon as the panel is there; returns the frame that draws the lines."""
    panel = page.get_by_role("region", name="Artifact", exact=True)
    expect(panel).to_be_visible(timeout=WAIT_MS)
    panel.get_by_role("tab", name=view).click()
    if view == "Code":
        expect(panel.locator(_PLACES[view])).to_be_visible(timeout=WAIT_MS)
        return page.main_frame
    shown = page.locator('iframe[title="Artifact preview"]:not(.coming)')
    shown.wait_for(timeout=WAIT_MS)
    handle = shown.element_handle(timeout=WAIT_MS)
    frame = handle.content_frame() if handle is not None else None
    if frame is None:
        raise RuntimeError("the preview has no frame")
    return frame


def _watch(page: Page, frame: Frame) -> list[float | None]:
    """What was seen when, until the last line has come. The frame of the draft gives way to that of
    the finished version, so it is asked now and then; seldom, since asking costs."""
    seen: list[float | None] = []
    last = LINES - FRAME_LINES - 1
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        page.wait_for_timeout(ASK_MS)
        has_ended = page.evaluate(f"window.came.length > {last}")
        try:
            seen = frame.evaluate("window.seen")
        except Error:  # The finished version has taken its place.
            return seen
        if has_ended:
            return seen
    raise RuntimeError("the document did not come to its end")


def _write(request: GenerationRequest) -> Iterable[Step]:
    """The document, and after it a word."""
    if request.messages[-1].role == "tool":
        return say("Here it is.")
    return write_steadily(write_document(LINES), TOKENS_PER_SECOND)


def measure_views(product: Product, chromium: Path) -> dict[str, dict[str, Any]]:
    """Each view in turn, by the name of its tab."""
    with (
        contextlib.closing(product.redis()) as redis,
        ScriptedEngine(redis, _write, MODEL),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=list(LAUNCH_OPTIONS))
        try:
            return {view: measure(product, browser, view) for view in VIEWS}
        finally:
            browser.close()


def main() -> None:
    """Measure and print; a missing browser is one sentence and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench_preview")
    parser.parse_args()
    chromium = find_chromium(ROOT / "var" / "chromium")
    if chromium is None:
        sys.exit("There is no Chromium to measure with; run: make test, which brings one.")
    home = Path(tempfile.mkdtemp(prefix="atelier-bench-"))
    product = Product(home, "glm-nano")
    load_before = os.getloadavg()[0]
    try:
        product.start()
        figures = measure_views(product, chromium)
    finally:
        product.stop()
        shutil.rmtree(home, ignore_errors=True)
    machine = {"cores": os.cpu_count(), "load_before": round(load_before, 2)}
    pace = {"lines": LINES, "tokens_per_second": TOKENS_PER_SECOND}
    sys.stdout.write(json.dumps({"bench": "preview", **machine, **pace, **figures}) + "\n")


if __name__ == "__main__":
    main()
