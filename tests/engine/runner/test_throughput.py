"""Tokens per second over a sliding window."""

from engine.runner import Throughput


def test_the_rate_is_that_of_the_window() -> None:
    throughput = Throughput(window_seconds=5.0)
    for step in range(101):
        throughput.add(step * 0.1, 2)
    assert abs(throughput.rate(10.0) - 20.0) < 0.5


def test_the_rate_falls_to_zero_when_nothing_comes_any_more() -> None:
    throughput = Throughput(window_seconds=5.0)
    throughput.add(0.0, 8)
    throughput.add(1.0, 8)
    assert throughput.rate(1.0) == 8.0
    assert throughput.rate(4.0) == 2.0
    assert throughput.rate(7.0) == 0.0


def test_nothing_at_all_is_a_rate_of_zero() -> None:
    assert Throughput().rate(3.0) == 0.0
