"""What many runs came to: kept in a file line by line, and told as a table."""

import json
import os
import platform
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import psutil

from tests.faults.base import Fault
from tests.faults.trial import Outcome


class ResultsFile:
    """One JSON line for each run, written as soon as it has ended, so that a long run can go on
    where it was interrupted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def read(self) -> list[Outcome]:
        """All runs so far; the newest of each fault and seed counts."""
        if not self._path.exists():
            return []
        lines = self._path.read_text("utf-8").splitlines()
        outcomes = [_outcome(json.loads(line)) for line in lines]
        return list({(one.fault, one.seed): one for one in outcomes}.values())

    def add(self, outcome: Outcome) -> None:
        """One more."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(outcome)) + "\n")


def describe(outcome: Outcome) -> str:
    """A run as a line for the terminal."""
    verdict = "passed" if outcome.passed else "FAILED: " + "; ".join(outcome.found)
    return (
        f"{outcome.fault:24} seed {outcome.seed:3}  met {outcome.met}  "
        f"to the end {outcome.seconds_to_end:6.1f} s  taken back {outcome.taken_back:5}  {verdict}"
    )


def write_table(faults: Sequence[type[Fault]], outcomes: Iterable[Outcome]) -> str:
    """The table of all faults, in Markdown."""
    known = list(outcomes)
    rows = [
        "| Fault | Promise | Runs | In mid-answer | Kept | To the end, median / longest "
        "| Written again, most |",
        "|---|---|---|---|---|---|---|",
    ]
    for fault in faults:
        own = [one for one in known if one.fault == fault.name]
        rows.append(f"| `{fault.name}` | {fault.promise} | {_figures(own)} |")
    return "\n".join(rows)


def list_failures(outcomes: Iterable[Outcome]) -> str:
    """Every run that did not keep its promise, as Markdown; empty if there is none."""
    failed = [one for one in outcomes if not one.passed]
    return "\n".join(f"* `{one.fault}`, seed {one.seed}: {'; '.join(one.found)}" for one in failed)


def describe_machine() -> str:
    """Date and machine, as they belong to figures."""
    cores = psutil.cpu_count()
    memory = psutil.virtual_memory().total / 2**30
    today = datetime.now(UTC).date().isoformat()
    machine = f"{platform.machine()} with {cores} cores and {memory:.0f} GiB of memory"
    return f"{today}, {machine}, at a load of {os.getloadavg()[0]:.0f} at the end"


def _figures(outcomes: Sequence[Outcome]) -> str:
    if not outcomes:
        return "0 | – | – | – | –"
    met = sum(one.met > 0 for one in outcomes)
    kept = sum(one.passed for one in outcomes)
    times = [one.seconds_to_end for one in outcomes]
    most = max(one.taken_back for one in outcomes)
    return f"{len(outcomes)} | {met} | {kept} | {median(times):.1f} s / {max(times):.1f} s | {most}"


def _outcome(line: dict[str, object]) -> Outcome:
    values = dict(line)
    found = values.pop("found")
    assert isinstance(found, list)
    return Outcome(found=tuple(map(str, found)), **values)  # type: ignore[arg-type]
