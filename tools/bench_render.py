"""`python -m tools.bench_render`: how long a check takes, and what the pool of pages holds.

Checks the good documents of the tests again and again, one after the other, each on a page of its
own, as it happens while a model writes. The browser is not replaced meanwhile, so that its growth
shows. Prints one JSON line: milliseconds of a check (median and 95th percentile; pages of decks and
posters, and games apart, which are played with), memory of the browser with all its processes and
its driver after all checks, and by how much it grew over the second half.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from tests.webapp.rendering.documents import Sample, list_samples  # noqa: E402
from webapp.core.environment import PROJECT_ROOT  # noqa: E402
from webapp.core.events import ArtifactKind  # noqa: E402
from webapp.rendering.browser.pool import PoolOptions, RenderPool  # noqa: E402
from webapp.rendering.browser.program import find_chromium  # noqa: E402
from webapp.rendering.check.checker import Checker  # noqa: E402
from webapp.shelf.files import library_file  # noqa: E402

CHECKS = 200
WARM_UP = 5
_MIB = 2**20
_NO_LIMIT = 2**40


async def measure(options: PoolOptions, checks: int) -> dict[str, Any]:
    """The figures of `checks` checks."""
    samples = list_samples("good")
    times: dict[bool, list[float]] = {True: [], False: []}
    async with RenderPool(options, library_file) as pool:
        checker = Checker(pool)
        for sample in samples[:WARM_UP]:
            await checker.check(sample.document, sample.target)
        halfway = 0
        for number in range(checks):
            sample = samples[number % len(samples)]
            times[_is_game(sample)].append(await _time_check(checker, sample))
            if number + 1 == checks // 2:
                halfway = pool.measure_bytes()
        held = pool.measure_bytes()
    return {
        "checks": checks,
        "page_ms": summarize(times[False]),
        "html_ms": summarize(times[True]),
        "memory_mib": round(held / _MIB),
        "memory_growth_mib": round((held - halfway) / _MIB),
    }


def summarize(values: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    if len(values) < 2:
        return {"p50": round(sum(values)), "p95": round(sum(values))}
    return {
        "p50": round(statistics.median(values)),
        "p95": round(statistics.quantiles(values, n=20)[-1]),
    }


async def _time_check(checker: Checker, sample: Sample) -> float:
    begin = time.monotonic()
    await checker.check(sample.document, sample.target)
    return (time.monotonic() - begin) * 1000


def _is_game(sample: Sample) -> bool:
    return sample.target.kind is ArtifactKind.HTML


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench_render")
    parser.add_argument("--checks", type=int, default=CHECKS, help="how many checks")
    chosen = parser.parse_args()
    program = find_chromium(PROJECT_ROOT / "var" / "chromium")
    if program is None:
        sys.exit("There is no Chromium; run: make setup")
    load_before = round(os.getloadavg()[0], 2)
    options = PoolOptions(
        program=program, pages_per_browser=_NO_LIMIT, browser_memory_bytes=_NO_LIMIT
    )
    figures = asyncio.run(measure(options, chosen.checks))
    load = {"load_before": load_before, "load_after": round(os.getloadavg()[0], 2)}
    machine = {"cores": os.cpu_count(), **load}
    sys.stdout.write(json.dumps({"bench": "render", **machine, **figures}) + "\n")


if __name__ == "__main__":
    main()
