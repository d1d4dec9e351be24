"""`python -m tools.reliability [--seeds N] [--faults NAME…] [--installations N]`: does harm, tells
what came of it.

Every fault of `tests/faults` with every seed, on the whole product with the shipped model. One
installation serves many runs: seed by seed through all faults, so that each fault meets what the
others have left behind. Several installations may work side by side. A line for each run, then
`docs/reliability.md`. Runs that an earlier command has done are not done again, unless `--fresh`
is given. Ctrl-C ends it after the runs that are under way. The exit code is 1 if a promise was
broken.
"""

import argparse
import asyncio
import signal
import sys
import tempfile
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults.base import Fault, Site
from tests.faults.catalog import FAULTS
from tests.faults.report import write_report
from tests.faults.results import ResultsFile, describe
from tests.faults.sites import SiteUnavailable, open_site
from tests.faults.stage import Expectations
from tests.faults.trial import Outcome, run_trial

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "reliability.md"
Run = tuple[type[Fault], int]


def main() -> None:
    """Run what the command line asks for and what was not run before."""
    options = _parse_options()
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _end(ending))
    file = ResultsFile(options.results)
    if options.fresh:
        options.results.unlink(missing_ok=True)
    done = {(one.fault, one.seed) for one in file.read()}
    chosen = [fault for fault in FAULTS if not options.faults or fault.name in options.faults]
    begin = time.monotonic()
    plans = {
        site: deque(
            (fault, seed)
            for seed in range(options.seeds)
            for fault in chosen
            if fault.site is site and (fault.name, seed) not in done
        )
        for site in Site
    }
    # The plain one last: whoever is done with another kind helps there.
    crews = [site for site in Site if site is not Site.PLAIN] + [Site.PLAIN] * options.installations
    with ThreadPoolExecutor(options.installations) as pool:
        for working in [pool.submit(_run_all, site, plans[site], file, ending) for site in crews]:
            working.result()
    outcomes = file.read()
    REPORT.write_text(write_report(FAULTS, outcomes), encoding="utf-8")
    _say(f"{time.monotonic() - begin:.0f} s; {REPORT.relative_to(ROOT)} is written")
    sys.exit(any(not one.passed for one in outcomes))


def _end(ending: threading.Event) -> None:
    _say("ending after the runs that are under way; the next command goes on from there")
    ending.set()


def _run_all(site: Site, plan: deque[Run], file: ResultsFile, ending: threading.Event) -> None:
    """Does runs of the plan on an installation of this kind until there are no more."""
    if not plan or ending.is_set():
        return
    expectations = Expectations()
    with tempfile.TemporaryDirectory(prefix="atelier-faults-") as folder:
        try:
            with open_site(site, Path(folder)) as plant:
                asyncio.run(expectations.find_all(plant))
                while plan and not ending.is_set():
                    fault, seed = plan.popleft()
                    outcome = run_trial(fault(), seed, plant, expectations)
                    file.add(outcome)
                    _say(describe(outcome))
        except SiteUnavailable as error:
            for fault, seed in plan:
                _say(describe(_not_run(fault, seed, str(error))))


def _not_run(fault: type[Fault], seed: int, reason: str) -> Outcome:
    return Outcome(
        fault=fault.name,
        seed=seed,
        found=(reason,),
        met=0,
        seconds=0,
        seconds_to_end=0,
        taken_back=0,
    )


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="runs of each fault (20)")
    names = [fault.name for fault in FAULTS]
    parser.add_argument("--faults", nargs="*", choices=names, help="only these")
    parser.add_argument(
        "--installations", type=int, default=1, help="how many work side by side (1)"
    )
    parser.add_argument("--fresh", action="store_true", help="forget earlier runs")
    parser.add_argument(
        "--results",
        type=Path,
        default=ROOT / "var" / "reliability.jsonl",
        help="where runs are kept",
    )
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
