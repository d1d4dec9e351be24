"""`python -m tools.bench_preview`: how smoothly the page shows what is being written.

A page of 2,000 lines streams at 200 tokens a second from an engine that stands in for the model
(`tools.fanout.paced_engine`), through every real process, into a real Chromium. Each line tells
when it was taken from the engine; the preview's frame tells when it is about to be painted. Long
tasks (over 50 ms) are counted apart in the app's page and in the preview's frame. Nothing asks the
page for anything meanwhile: it says its figures itself, once a second. Prints one JSON line.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, expect, sync_playwright

from tools.chromium import LAUNCH_OPTIONS
from tools.fanout.figures import cpu_between, spread
from tools.fanout.stage import Stage
from tools.preview.long_page import LongPage
from webapp.rendering.browser.program import find_chromium

ROOT = Path(__file__).resolve().parent.parent
ANSWER_MS = 300_000
SETTLE_MS = 2_000
SIGN = "preview-figures "
# Runs in every frame. A line is seen in the frame in which it is about to be painted.
_WATCH = """
{
  const frame = crypto.getRandomValues(new Uint32Array(1))[0];
  let tasks = [], lags = [], seen = 0;
  new PerformanceObserver((list) => {
    for (const { startTime, duration, name } of list.getEntries())
      tasks.push({ at: performance.timeOrigin + startTime, ms: duration, name });
  }).observe({ type: "longtask", buffered: true });
  const look = () => {
    const lines = document.querySelectorAll("[data-at]");
    for (const line of [...lines].slice(seen)) lags.push(Date.now() - Number(line.dataset.at));
    seen = Math.max(seen, lines.length);
  };
  new MutationObserver(() => requestAnimationFrame(look)).observe(document, {
    subtree: true, childList: true,
  });
  setInterval(() => {
    if (tasks.length || lags.length)
      console.info(
        "preview-figures " + JSON.stringify({ frame, top: window === top, tasks, lags })
      );
    tasks = []; lags = [];
  }, 1000);
}
"""


@dataclass(slots=True)
class Figures:
    """What the frames have said. Long tasks are (Unix milliseconds, duration, by whom). Lines
    count in the first frame that shows some: another one loads the finished page as a whole."""

    draft_frame: int | None = None
    lags_ms: list[float] = field(default_factory=list)
    page_tasks: list[tuple[float, float, str]] = field(default_factory=list)
    frame_tasks: list[tuple[float, float, str]] = field(default_factory=list)

    def take(self, message: ConsoleMessage) -> None:
        """One line of a console."""
        if message.text.startswith(SIGN):
            self.add(json.loads(message.text.removeprefix(SIGN)))

    def add(self, told: dict[str, Any]) -> None:
        """The figures of one frame and second."""
        tasks = self.page_tasks if told["top"] else self.frame_tasks
        tasks += [(task["at"], task["ms"], task["name"]) for task in told["tasks"]]
        if told["lags"] and self.draft_frame is None:
            self.draft_frame = told["frame"]
        if told["frame"] == self.draft_frame:
            self.lags_ms += told["lags"]

    def report(self, begin: float, end: float) -> dict[str, Any]:
        """What was measured between two Unix times in milliseconds."""
        return {
            "lines_seen": len(self.lags_ms),
            "behind_ms": spread(self.lags_ms),
            "long_tasks_page": _count(self.page_tasks, begin, end),
            "long_tasks_frame": _count(self.frame_tasks, begin, end),
        }


def _count(tasks: Sequence[tuple[float, float, str]], begin: float, end: float) -> dict[str, float]:
    """A task of another frame in the same process is that frame's."""
    own = [ms for at, ms, name in tasks if begin <= at <= end and name == "self"]
    return {"count": len(own), "longest_ms": max(own, default=0.0)}


def measure(stage: Stage, chromium: Path, document: LongPage, tab: str) -> dict[str, Any]:
    """Asks for the document, looks at it in `tab` while it is written."""
    figures = Figures()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(LAUNCH_OPTIONS))
        page = browser.new_page(base_url=stage.url, viewport={"width": 1280, "height": 800})
        page.on("console", lambda message: figures.take(message))
        page.add_init_script(_WATCH)
        page.goto("/")
        page.get_by_role("textbox", name="Message", exact=True).fill(document.prompt())
        send = page.get_by_role("button", name="Send", exact=True)
        expect(send).to_be_enabled(timeout=ANSWER_MS)
        page.wait_for_timeout(SETTLE_MS)
        before, begin = stage.measure(), time.time()
        send.click()
        chosen = page.get_by_role("tab", name=tab, exact=True)
        expect(chosen).to_be_visible(timeout=ANSWER_MS)
        if chosen.get_attribute("aria-selected") != "true":
            chosen.click()
        expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(
            0, timeout=ANSWER_MS
        )
        end, after = time.time(), stage.measure()
        page.wait_for_timeout(SETTLE_MS)
        browser.close()
    return {
        "tab": tab,
        "seconds": round(end - begin, 1),
        **figures.report(begin * 1000, end * 1000),
        "cpu_seconds": {name: round(used, 1) for name, used in cpu_between(before, after).items()},
    }


def main() -> None:
    """Measure and print; a missing browser is one sentence and exit code 1."""
    options = _parse_options()
    chromium = find_chromium(ROOT / "var" / "chromium")
    if chromium is None:
        sys.exit("There is no Chromium to measure with; run: make test, which brings one.")
    document = LongPage(options.lines, options.per_second)
    home = Path(tempfile.mkdtemp(prefix="atelier-preview-"))
    load = round(os.getloadavg()[0], 2)
    try:
        with Stage(home, turns_workers=1) as stage:
            measured = [measure(stage, chromium, document, tab) for tab in options.tabs]
    finally:
        if not options.keep:
            shutil.rmtree(home, ignore_errors=True)
    line = {
        "bench": "preview",
        "cores": os.cpu_count(),
        "load_before": load,
        "lines": document.lines,
        "tokens_per_second": document.per_second,
        "tabs": measured,
    }
    sys.stdout.write(json.dumps(line) + "\n")


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bench_preview")
    parser.add_argument("--lines", type=int, default=2000, help="how long the document is")
    parser.add_argument("--per-second", type=int, default=200, help="tokens a second")
    parser.add_argument("--tabs", nargs="+", default=["Preview", "Code"], help="what is looked at")
    parser.add_argument("--keep", action="store_true", help="leave the data folder with its logs")
    return parser.parse_args()


if __name__ == "__main__":
    main()
