"""`python -m tools.bench_export`: how long exports of decks take.

Exports decks that repeat six pages of different layouts, in one confined Chromium as the render
worker has it. Prints one JSON line: seconds for 20 pages as PDF and as editable PPTX, for
`--pages` pages in both, the files' sizes, and the share of visible words that are text in the PPTX.
"""

import argparse
import asyncio
import io
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

from pptx import Presentation

ROOT = Path(__file__).resolve().parent.parent
_SPACES = re.compile(r"\s+")
AIMS = {"pdf_20_pages_s": 8.0, "pptx_20_pages_s": 15.0}


def words_as_text(file: bytes, pages: list[str]) -> float:
    """The share of the words in `pages` that the slides hold as text or as chart data."""
    found = missing = 0
    for slide, text in zip(Presentation(io.BytesIO(file)).slides, pages, strict=True):
        parts = []
        for shape in slide.shapes:
            if shape.has_text_frame:
                parts.append(shape.text_frame.text)
            if shape.has_chart:
                plot = shape.chart.plots[0]
                parts += [str(label) for label in plot.categories]
                for series in plot.series:
                    parts += [series.name, *(f"{value:g}" for value in series.values)]
        kept = _SPACES.sub("", "".join(parts))
        words = text.split()
        found += len(words)
        missing += sum(word not in kept for word in words)
    return round(1 - missing / found, 4)


async def measure(pages: int) -> dict[str, Any]:
    """All figures, in one browser."""
    from tests.webapp.exports.sample_deck import repeated_deck
    from webapp.exports.contents import Progress
    from webapp.exports.exporting import export
    from webapp.exports.formats import ExportFormat, ExportOptions
    from webapp.rendering.browser.pool import PoolOptions, RenderPool
    from webapp.rendering.browser.program import find_chromium

    program = find_chromium(ROOT / "var" / "chromium")
    if program is None:
        sys.exit("There is no Chromium; run: make setup")
    report: dict[str, Any] = {}
    async with RenderPool(PoolOptions(program=program), lambda _path: None) as pool:
        shown = []
        for page in repeated_deck(6).pages:
            async with pool.page(width=1280, height=720) as loaded:
                await loaded.load(page.document, timeout_ms=30_000)
                shown.append(str(await loaded.page.evaluate("document.body.innerText")))
        for count in (20, pages):
            deck = repeated_deck(count)
            for format in (ExportFormat.PDF, ExportFormat.PPTX):
                begin = time.monotonic()
                file = await export(deck, format, ExportOptions(), pool, Progress())
                name = f"{format.value}_{count}_pages"
                report[f"{name}_s"] = round(time.monotonic() - begin, 2)
                report[f"{name}_kib"] = round(len(file.data) / 1024)
                if format is ExportFormat.PPTX and count == 20:
                    texts = [shown[index % len(shown)] for index in range(count)]
                    report["words_as_text"] = words_as_text(file.data, texts)
    return report


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench_export")
    parser.add_argument("--pages", type=int, default=100, help="pages of the large deck")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings")
    import django

    django.setup()
    load_before = round(os.getloadavg()[0], 2)
    report = asyncio.run(measure(options.pages))
    machine = {"cores": os.cpu_count(), "load_before": load_before}
    aims = {"aims": AIMS}
    sys.stdout.write(json.dumps({"bench": "export", **machine, **report, **aims}) + "\n")


if __name__ == "__main__":
    main()
