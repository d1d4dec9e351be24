"""Requests that come when they come: an open loop, which does not wait for a slow server."""

import random
from dataclasses import dataclass

from engine.bench.measurement import percentile


def poisson_arrivals(rate: float, seconds: float, seed: int) -> tuple[float, ...]:
    """Moments in seconds from the start, `rate` a second on the average, within `seconds`."""
    chance = random.Random(seed)
    moments, now = [], chance.expovariate(rate)
    while now < seconds:
        moments.append(now)
        now += chance.expovariate(rate)
    return tuple(moments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What a reader notices: the wait for the first token, and between two tokens."""

    ttft_ms: float
    itl_ms: float


class Served:
    """One request's tokens as they come. Times are seconds of a monotonic clock.

    The wait counts from the moment at which the request was due, also if it was taken later.
    """

    def __init__(self, due_at: float) -> None:
        self.due_at = due_at
        self.has_failed = False
        self.ended_at: float | None = None
        self._times: list[float] = []
        self._counts: list[int] = []

    def note_tokens(self, now: float, count: int) -> None:
        """`count` tokens came at `now`."""
        self._times.append(now)
        self._counts.append(count)

    @property
    def tokens(self) -> int:
        """How many tokens came."""
        return sum(self._counts)

    @property
    def ttft_ms(self) -> float | None:
        """Milliseconds from the due moment to the first token; None if none came."""
        return (self._times[0] - self.due_at) * 1000 if self._times else None

    @property
    def gaps_ms(self) -> tuple[float, ...]:
        """Milliseconds before each step with tokens after the first."""
        pairs = zip(self._times, self._times[1:], strict=False)
        return tuple((after - before) * 1000 for before, after in pairs)

    def meets(self, targets: Targets) -> bool:
        """Whether the first token, and 95 of 100 of the others, came soon enough."""
        if self.has_failed or self.ttft_ms is None or self.ttft_ms > targets.ttft_ms:
            return False
        return not self.gaps_ms or percentile(self.gaps_ms, 0.95) <= targets.itl_ms
