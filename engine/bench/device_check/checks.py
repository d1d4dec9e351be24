"""A list of checks, each of which gives one JSON line; a check that raises is a failed one."""

import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)
Figure = float | int | str | bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a check passed, and the figures that its line carries."""

    passed: bool
    figures: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """One question to the device."""

    name: str
    run: Callable[[], Outcome]


def run_checks(checks: Iterable[Check], emit: Callable[[str], None]) -> int:
    """Run all checks, whatever becomes of those before; returns how many failed."""
    failed = 0
    for check in checks:
        started_at = time.perf_counter()
        outcome = _run(check)
        failed += not outcome.passed
        seconds = round(time.perf_counter() - started_at, 2)
        line = {"check": check.name, "passed": outcome.passed, "seconds": seconds}
        emit(json.dumps({**line, **outcome.figures}))
    return failed


def _run(check: Check) -> Outcome:
    try:
        return check.run()
    except Exception as error:
        # One broken kernel must not hide the others.
        logger.exception("A check broke: %s", check.name)
        return Outcome(False, {"error": f"{type(error).__name__}: {error}"[:2000]})
