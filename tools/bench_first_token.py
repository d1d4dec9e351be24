"""`python -m tools.bench_first_token`: what the way through the web adds to the first token.

Starts the whole product in a data folder of its own, with the compiled step as operators have it,
opens its page in a real Chromium, and sends short messages in fresh chats. Measured in the page:
from the click on Send to the first character of thinking or answer in the document; minus the
engine's own time to the first token, which the turn's usage tells, that is what all the rest added.
Without thinking first, and then with it: a thought begins with tokens that nobody sees, and what
the engine takes for those and for the first words is in the figure. The browser shares the
machine's cores, so nothing asks the page for anything while it is measured: it says itself when it
has the figures. Prints one JSON line, times in milliseconds.
"""

import argparse
import json
import math
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from tests.browser.product import Product
from tools.chromium import LAUNCH_OPTIONS
from webapp.rendering.browser.program import find_chromium

ROOT = Path(__file__).resolve().parent.parent
ANSWER_MS = 120_000
# The page comes to rest before it is measured.
SETTLE_MS = 500
MARKS = "marks "
# The steps of the way in order; each figure is the time since the step before it.
STEPS = ("sent", "accepted", "started", "first_delta", "visible")
# Notes on the page's own clock when the click, the socket's frames and the first text come.
_STOPWATCH = """
window.marks = {};
const mark = (name, at = performance.now()) => { window.marks[name] ??= at; };
const arrived = {
  "turn.accepted": "accepted", "turn.started": "started",
  "thinking.delta": "first_delta", "text.delta": "first_delta", "artifact.started": "first_delta",
};
window.WebSocket = class extends WebSocket {
  constructor(...address) {
    super(...address);
    this.addEventListener("message", ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.type in arrived) mark(arrived[frame.type]);
      if (frame.type === "turn.finished") {
        window.marks.usage = frame.usage;
        setTimeout(() => console.info("marks " + JSON.stringify(window.marks)), 500);
      }
    });
  }
  send(data) {
    if (JSON.parse(data).type === "turn.start") mark("sent");
    super.send(data);
  }
};
addEventListener("click", (event) => {
  if (event.target.closest?.("[aria-label='Send']")) window.marks = { click: event.timeStamp };
}, true);
const shown = "[aria-label='Assistant message'] :is(section, p, li, h1, h2, h3, pre)";
new MutationObserver(() => {
  if ("visible" in window.marks || !("click" in window.marks)) return;
  if ([...document.querySelectorAll(shown)].some((e) => e.textContent.trim())) mark("visible");
}).observe(document, { subtree: true, childList: true, characterData: true });
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message and its first token. `steps_ms` are the parts of `total_ms`, in order."""

    total_ms: float
    engine_ms: float
    steps_ms: tuple[float, ...]

    @property
    def added_ms(self) -> float:
        """What everything but the engine took."""
        return self.total_ms - self.engine_ms


def read_turn(marks: dict[str, Any]) -> Turn:
    """A turn from the marks of the page. Raises KeyError if one is missing."""
    times = [marks["click"], *(marks[step] for step in STEPS)]
    steps = tuple(after - before for before, after in pairwise(times))
    return Turn(marks["visible"] - marks["click"], marks["usage"]["ttft_ms"], steps)


def summarize(turns: Sequence[Turn]) -> dict[str, Any]:
    """Medians and 90th percentiles over the turns."""
    columns = zip(*(turn.steps_ms for turn in turns), strict=True)
    return {
        "turns": len(turns),
        "added_ms": _spread([turn.added_ms for turn in turns]),
        "total_ms": _spread([turn.total_ms for turn in turns]),
        "engine_ms": _spread([turn.engine_ms for turn in turns]),
        "median_step_ms": {
            step: round(median(values), 1) for step, values in zip(STEPS, columns, strict=True)
        },
    }


def _describe(turns: Sequence[Turn]) -> dict[str, Any]:
    """The first turn meets a page and processes that have answered nobody yet: it stands alone."""
    first, *others = turns
    return {**summarize(others), "first_turn_added_ms": round(first.added_ms, 1)}


def measure(
    product: Product, chromium: Path, prompt: str, turns: int, *, thinking: bool
) -> list[Turn]:
    """`turns` measured turns, each in a fresh chat of one person."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(LAUNCH_OPTIONS))
        page = browser.new_page(base_url=product.url, viewport={"width": 1280, "height": 800})
        page.add_init_script(_STOPWATCH)
        page.goto("/")
        page.get_by_role("switch", name="Deep think").set_checked(thinking)
        try:
            return [_ask(page, prompt) for _ in range(turns)]
        finally:
            browser.close()


def _ask(page: Page, prompt: str) -> Turn:
    page.get_by_role("button", name="New chat", exact=True).first.click()
    page.get_by_role("textbox", name="Message", exact=True).fill(prompt)
    send = page.get_by_role("button", name="Send", exact=True)
    expect(send).to_be_enabled(timeout=ANSWER_MS)
    box = send.bounding_box()
    if box is None:
        raise RuntimeError("the Send button is not on the page")
    page.wait_for_timeout(SETTLE_MS)
    with page.expect_console_message(_holds_marks, timeout=ANSWER_MS) as message:
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    return read_turn(json.loads(message.value.text.removeprefix(MARKS)))


def _holds_marks(message: ConsoleMessage) -> bool:
    return message.text.startswith(MARKS)


def _spread(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    tenth_of_ten = math.ceil(0.9 * len(ordered)) - 1
    return {"median": round(median(ordered), 1), "p90": round(ordered[tenth_of_ten], 1)}


def main() -> None:
    """Measure and print; a missing browser is one sentence and exit code 1."""
    options = _parse_options()
    chromium = find_chromium(ROOT / "var" / "chromium")
    if chromium is None:
        sys.exit("There is no Chromium to measure with; run: make test, which brings one.")
    home = Path(tempfile.mkdtemp(prefix="atelier-bench-"))
    product = Product(home, options.model, compiled_step=not options.step_by_step)
    load_before = os.getloadavg()[0]
    try:
        product.start()
        ways = {
            name: measure(product, chromium, options.prompt, options.turns + 1, thinking=thinking)
            for name, thinking in (("answering", False), ("thinking", True))
        }
    finally:
        product.stop()
        shutil.rmtree(home, ignore_errors=True)
    report = {
        "bench": "first_token",
        "model": Path(options.model).name,
        "cores": os.cpu_count(),
        "load_before": round(load_before, 2),
        "compiled_step": not options.step_by_step,
        "prompt": options.prompt,
        **{name: _describe(turns) for name, turns in ways.items()},
    }
    sys.stdout.write(json.dumps(report) + "\n")


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bench_first_token")
    parser.add_argument("--model", default="glm-nano", help="checkpoint folder, or a served name")
    parser.add_argument("--prompt", default="Hello", help="what is asked in every chat")
    parser.add_argument(
        "--step-by-step", action="store_true", help="without a compiler: the engine uses torch"
    )
    parser.add_argument("--turns", type=int, default=20, help="measured turns, after a first one")
    return parser.parse_args()


if __name__ == "__main__":
    main()
