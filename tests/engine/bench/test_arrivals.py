"""Arrivals come at their rate, and a request is judged by what its reader would notice."""

from itertools import pairwise

import pytest

from engine.bench.arrivals import Served, Targets, poisson_arrivals
from engine.bench.serve import summarize_served

TARGETS = Targets(ttft_ms=200, itl_ms=50)


def served(*times: float, due_at: float = 10.0) -> Served:
    one = Served(due_at)
    for time in times:
        one.note_tokens(time, 2)
    return one


def test_arrivals_are_ordered_within_their_time_and_near_their_rate() -> None:
    moments = poisson_arrivals(5.0, 400.0, seed=1)
    assert list(moments) == sorted(moments)
    assert moments[0] > 0
    assert moments[-1] < 400
    assert 1800 < len(moments) < 2200


def test_gaps_vary_as_much_as_their_mean() -> None:
    moments = poisson_arrivals(5.0, 400.0, seed=2)
    gaps = [after - before for before, after in pairwise(moments)]
    mean = sum(gaps) / len(gaps)
    deviation = (sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) ** 0.5
    assert deviation == pytest.approx(mean, rel=0.1)


def test_the_same_seed_gives_the_same_arrivals() -> None:
    assert poisson_arrivals(3.0, 9.0, seed=4) == poisson_arrivals(3.0, 9.0, seed=4)
    assert poisson_arrivals(3.0, 9.0, seed=4) != poisson_arrivals(3.0, 9.0, seed=5)


def test_waiting_counts_from_the_moment_the_request_was_due() -> None:
    one = served(10.1, 10.12)
    assert one.ttft_ms == pytest.approx(100)
    assert one.gaps_ms == pytest.approx((20,))
    assert one.tokens == 4


@pytest.mark.parametrize(
    ("one", "meets"),
    [
        (served(10.1, 10.12), True),
        (served(10.1), True),
        (served(10.3, 10.32), False),
        (served(10.1, 10.2), False),
        (served(), False),
    ],
)
def test_a_request_meets_its_targets_or_not(one: Served, meets: bool) -> None:
    assert one.meets(TARGETS) is meets


def test_a_failed_request_meets_no_target() -> None:
    one = served(10.1)
    one.has_failed = True
    assert not one.meets(TARGETS)
    report = summarize_served([one, served(10.1, 10.13)], TARGETS, elapsed_seconds=2.0)
    assert report["failed"] == 1
    assert report["share_within_targets"] == 0.5
    assert report["tokens_per_second"] == 3.0
    assert report["ttft_ms"] == {"median": 100.0, "p95": 100.0, "p99": 100.0}
