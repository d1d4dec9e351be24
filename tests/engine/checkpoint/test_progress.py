"""Loading is told in bytes, speed and time left; often enough to be seen, not more."""

from engine.checkpoint.progress import LoadProgress, ProgressMeter

GIGABYTE = 10**9


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_speed_and_time_left_follow_from_what_was_read() -> None:
    clock, seen = Clock(), list[LoadProgress]()
    meter = ProgressMeter(108 * GIGABYTE, seen.append, clock=clock)
    clock.now += 20
    meter.add(43 * GIGABYTE)
    assert seen[-1].bytes_per_second == 2.15 * GIGABYTE
    assert seen[-1].share == 43 / 108
    assert seen[-1].sentence() == ("Loading weights: 43 of 108 GB, 2.1 GB/s, about 30 s left")


def test_ten_reports_a_second_are_enough_and_the_last_is_always_made() -> None:
    clock, seen = Clock(), list[LoadProgress]()
    meter = ProgressMeter(1000, seen.append, clock=clock)
    for _ in range(1000):
        clock.now += 0.001
        meter.add(1)
    assert 10 <= len(seen) <= 12
    assert seen[-1].bytes_done == 1000
    assert seen[-1].seconds_left == 0


def test_nothing_to_load_is_done_at_once() -> None:
    progress = ProgressMeter(0).read()
    assert (progress.share, progress.seconds_left) == (1.0, None)
