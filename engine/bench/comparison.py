"""From the rounds of ours and its peers to what a report says: each way, the best, the ratio."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.bench.contestant import Kind
from engine.bench.measurement import (
    Round,
    count_equal_tokens,
    median_speed,
    median_ttft_ms,
    summarize,
)
from engine.bench.peers import NOT_INSTALLED, way_of
from engine.bench.rounds import Result


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of a contestant's rounds; `larger_is_better` tells which peer is the best."""

    value_of: Callable[[Sequence[Round]], float]
    larger_is_better: bool


SPEED = Metric(median_speed, larger_is_better=True)
FIRST_TOKEN = Metric(median_ttft_ms, larger_is_better=False)


def report_peers(
    results: Sequence[Result], missing: Iterable[Kind], metric: Metric
) -> dict[str, Any]:
    """By peer: its ways, which of them is the best, and ours by that one.

    The first result is ours. A peer that is not installed says so.
    """
    report: dict[str, Any] = {kind.value: NOT_INSTALLED for kind in missing}
    for kind in {result.contestant.spec.kind: None for result in results[1:]}:
        ways = [result for result in results if result.contestant.spec.kind is kind]
        report[kind.value] = _report_peer(results[0], ways, metric)
    return report


def best_ratio(results: Sequence[Result], kind: Kind, metric: Metric) -> float | None:
    """Ours by the best way of a peer; None if it did not take part. The first result is ours."""
    ways = [result for result in results if result.contestant.spec.kind is kind]
    if not ways:
        return None
    best = _best(ways, metric)
    return metric.value_of(results[0].rounds) / metric.value_of(best.rounds)


def _best(ways: Sequence[Result], metric: Metric) -> Result:
    choose = max if metric.larger_is_better else min
    return choose(ways, key=lambda result: metric.value_of(result.rounds))


def _report_peer(ours: Result, ways: Sequence[Result], metric: Metric) -> dict[str, Any]:
    best = _best(ways, metric)
    ratio = metric.value_of(ours.rounds) / metric.value_of(best.rounds)
    return {
        "name": best.facts.name,
        "threads": best.facts.threads,
        "best": way_of(best.contestant.spec),
        "ratio": round(ratio, 3),
        "ways": {way_of(way.contestant.spec): _report_way(ours, way) for way in ways},
    }


def _report_way(ours: Result, way: Result) -> dict[str, Any]:
    equal = count_equal_tokens(ours.rounds[0].answers[0], way.rounds[0].answers[0])
    return summarize(way.rounds) | {"equal_leading_tokens": equal}
