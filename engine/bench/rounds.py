"""Rounds in which all contestants take turns, so that a busy moment meets them alike."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.bench.contestant import Facts, Workload
from engine.bench.measurement import Round
from engine.bench.quiet import QuietWatch
from engine.bench.resident import Resident

WARM_UP_ROUND = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What one contestant did in all rounds that count."""

    contestant: Resident
    rounds: tuple[Round, ...]

    @property
    def facts(self) -> Facts:
        """What the contestant says of itself."""
        return self.contestant.facts


def play_rounds(
    contestants: Sequence[Resident],
    workload_of: Callable[[int], Workload],
    rounds: int,
    quiet: QuietWatch,
    *,
    limit_seconds: float,
    busy_process_ids: Sequence[int] = (),
) -> list[Result]:
    """`rounds` rounds, each with the workload of its number, after one that warms up.

    Every round has prompts of its own: none is found in a cache that remembers the last ones.
    After `limit_seconds` no further round begins, unless none has counted yet.
    """
    played: list[list[Round]] = [[] for _ in contestants]
    began = time.monotonic()
    for number in range(rounds + 1):
        if played[0] and time.monotonic() - began > limit_seconds:
            break
        workload = workload_of(number)
        for contestant, result in zip(contestants, played, strict=True):
            if number == WARM_UP_ROUND:
                contestant.measure(workload)
                continue
            quiet.begin(busy_process_ids)
            result.append(contestant.measure(workload))
            quiet.end()
    pairs = zip(contestants, played, strict=True)
    return [Result(contestant, tuple(result)) for contestant, result in pairs]
