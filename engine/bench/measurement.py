"""What one round of a benchmark saw, and the figures that many rounds give. Knows no torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from engine.errors import EngineError
from engine.protocol import ErrorCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One timed generation of a batch, as a server would see it.

    `step_times` are seconds of the machine's monotonic clock, one for each step that brought
    tokens while all sequences of the batch were being answered: the first is that of the step
    after which each had its first token. `step_tokens` are the tokens, over the batch, that each
    of these steps brought. `answers` are the token ids of each sequence. `drafted` and `accepted`
    count draft tokens; a contestant without drafts has none. `host_ms_per_step` is what the engine
    itself tells of its time outside of computing, None if it does not.
    """

    started_at: float
    step_times: tuple[float, ...]
    step_tokens: tuple[int, ...]
    answers: tuple[tuple[int, ...], ...]
    drafted: int = 0
    accepted: int = 0
    host_ms_per_step: float | None = None

    @property
    def ttft_ms(self) -> float:
        """Time to the first token of all sequences, in milliseconds."""
        return (self.step_times[0] - self.started_at) * 1000

    @property
    def tokens_per_second(self) -> float:
        """Tokens after the first ones by the time they took, summed over the batch."""
        elapsed = self.step_times[-1] - self.step_times[0]
        return sum(self.step_tokens[1:]) / elapsed if elapsed else 0.0

    @property
    def itl_ms(self) -> float:
        """Median time of a step by the tokens that it brought to each sequence, in milliseconds."""
        steps = zip(self.step_times, self.step_times[1:], self.step_tokens[1:], strict=False)
        batch = len(self.answers)
        times = [(after - before) * batch / tokens for before, after, tokens in steps]
        return median(times) * 1000 if times else 0.0


def summarize(rounds: Sequence[Round]) -> dict[str, object]:
    """Medians over the rounds, and the range of the speed and of the first token."""
    speeds = [one.tokens_per_second for one in rounds]
    firsts = [one.ttft_ms for one in rounds]
    return {
        "rounds": len(rounds),
        "tokens_per_second": round(median(speeds), 1),
        "tokens_per_second_range": [round(min(speeds), 1), round(max(speeds), 1)],
        "ttft_ms": round(median(firsts), 2),
        "ttft_ms_range": [round(min(firsts), 2), round(max(firsts), 2)],
        "itl_ms": round(median(one.itl_ms for one in rounds), 3),
    }


def median_speed(rounds: Sequence[Round]) -> float:
    """Median tokens per second over the rounds."""
    return median(one.tokens_per_second for one in rounds)


def median_ttft_ms(rounds: Sequence[Round]) -> float:
    """Median time to the first token over the rounds, in milliseconds."""
    return median(one.ttft_ms for one in rounds)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def count_equal_tokens(ours: Sequence[int], theirs: Sequence[int]) -> int:
    """How many leading tokens two answers share."""
    pairs = enumerate(zip(ours, theirs, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(ours), len(theirs)))


class StepLog:
    """Notes when tokens come for each sequence of a batch, and makes the round of it."""

    def __init__(self, batch: int, started_at: float) -> None:
        self._started_at = started_at
        self._answers: list[list[int]] = [[] for _ in range(batch)]
        self._times: list[float] = []
        self._tokens: list[int] = []
        self._one_has_ended = False

    def note(self, now: float, tokens: Sequence[tuple[int, Sequence[int]]]) -> None:
        """A step ended at `now` and brought `tokens`: pairs of sequence and its new ids."""
        count = 0
        for sequence, ids in tokens:
            self._answers[sequence].extend(ids)
            count += len(ids)
        if count and not self._one_has_ended and all(self._answers):
            self._times.append(now)
            self._tokens.append(count)

    def end_one(self) -> None:
        """A sequence has got its last token: from now on fewer than all are answered."""
        self._one_has_ended = True

    def finish(
        self, *, drafted: int = 0, accepted: int = 0, host_ms_per_step: float | None = None
    ) -> Round:
        """The round. Raises EngineError if one sequence ended before another had begun."""
        if not self._times:
            sentence = "The answers never overlapped; ask for more new tokens."
            raise EngineError(ErrorCode.INVALID_REQUEST, sentence)
        return Round(
            started_at=self._started_at,
            step_times=tuple(self._times),
            step_tokens=tuple(self._tokens),
            answers=tuple(tuple(answer) for answer in self._answers),
            drafted=drafted,
            accepted=accepted,
            host_ms_per_step=host_ms_per_step,
        )
