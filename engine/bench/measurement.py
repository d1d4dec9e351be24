"""What one round of a benchmark saw, and the figures that many rounds give."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Round:
    """One timed generation of a batch: when it began and when each step's tokens were there.

    `step_times` are seconds of one monotonic clock; the first is that of the step after which
    every sequence of the batch had its first token. `token_ids` is the first sequence's answer.
    """

    started_at: float
    step_times: tuple[float, ...]
    batch: int
    token_ids: tuple[int, ...]

    @property
    def ttft_ms(self) -> float:
        """Time to the first token of all, in milliseconds."""
        return (self.step_times[0] - self.started_at) * 1000

    @property
    def tokens_per_second(self) -> float:
        """Tokens after the first ones by the time they took, summed over the batch."""
        elapsed = self.step_times[-1] - self.step_times[0]
        return self.batch * (len(self.step_times) - 1) / elapsed

    @property
    def itl_ms(self) -> float:
        """Median time between two tokens of one sequence, in milliseconds."""
        pairs = zip(self.step_times, self.step_times[1:], strict=False)
        return median(after - before for before, after in pairs) * 1000


def summarize(rounds: Sequence[Round]) -> dict[str, object]:
    """Medians over the rounds, and the range of the speed."""
    speeds = [one.tokens_per_second for one in rounds]
    return {
        "tokens_per_second": round(median(speeds), 1),
        "tokens_per_second_range": [round(min(speeds), 1), round(max(speeds), 1)],
        "ttft_ms": round(median(one.ttft_ms for one in rounds), 2),
        "itl_ms": round(median(one.itl_ms for one in rounds), 3),
    }


def count_equal_tokens(ours: Sequence[int], theirs: Sequence[int]) -> int:
    """How many leading tokens two answers share."""
    pairs = enumerate(zip(ours, theirs, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(ours), len(theirs)))
