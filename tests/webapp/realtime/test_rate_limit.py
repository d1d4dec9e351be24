from webapp.realtime.rate_limit import RateLimit


def test_a_burst_is_allowed_and_then_the_average_rate() -> None:
    limit = RateLimit(per_second=10, burst=3)
    assert [limit.allow(0.0) for _ in range(4)] == [True, True, True, False]
    assert limit.allow(0.1)
    assert not limit.allow(0.1)


def test_a_clock_that_stands_still_or_goes_back_gives_nothing_away() -> None:
    limit = RateLimit(per_second=10, burst=1)
    assert limit.allow(100.0)
    assert not limit.allow(50.0)
    assert not limit.allow(50.0)
