"""From measurements to the figures of a report. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_MIB = 2**20


@dataclass(frozen=True, slots=True)
class ProcessFigures:
    """CPU seconds since a process began, bytes that it holds, and when that was read."""

    cpu_seconds: float
    rss_bytes: int
    read_at: float


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, 99th percentile (nearest rank) and the greatest; nothing of nothing."""
    if not values:
        return {}
    ordered = sorted(values)
    at = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    ranks = {name: max(0, math.ceil(share * len(ordered)) - 1) for name, share in at.items()}
    return {name: round(ordered[rank], 2) for name, rank in ranks.items()}


def cpu_between(
    before: Mapping[str, ProcessFigures], after: Mapping[str, ProcessFigures]
) -> dict[str, float]:
    """The CPU seconds that each process used."""
    return {
        name: end.cpu_seconds - before[name].cpu_seconds
        for name, end in after.items()
        if name in before
    }


def use_between(
    before: Mapping[str, ProcessFigures], after: Mapping[str, ProcessFigures]
) -> dict[str, dict[str, float]]:
    """What each process used of one core, in percent, and holds at the end, in MiB."""
    return {
        name: {
            "cpu_percent": round(100 * seconds / (after[name].read_at - before[name].read_at), 1),
            "rss_mib": round(after[name].rss_bytes / _MIB, 1),
        }
        for name, seconds in cpu_between(before, after).items()
    }
