"""Runs an executor before the first request: nothing is compiled or paged in later, and what a
step costs on this machine is known."""

import time
from collections.abc import Callable
from functools import partial

from engine.runner.executor import Executor
from engine.runner.step_rows import StepRows
from engine.scheduler import StepCosts

ROW_BUCKETS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
SEQUENCE_BUCKETS = (1, 2, 4, 8, 16, 32, 64)
_CONTEXT_TOKENS, _ROOM_TOKENS = 64, 8
_REPEATS = 5
# A slow machine is not held up: what was not measured by then is extrapolated.
_PATIENCE_SECONDS = 3.0


class WarmUp:
    """Times an executor over the blocks of an empty cache."""

    def __init__(
        self,
        executor: Executor,
        *,
        block_size: int,
        num_blocks: int,
        max_rows: int,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`max_rows` is the most rows that decoding will have in one step."""
        self._executor = executor
        cache_tokens = num_blocks * block_size
        self._context_tokens = max(0, min(_CONTEXT_TOKENS, cache_tokens - _ROOM_TOKENS))
        self._blocks_per_sequence = -(-(self._context_tokens + _ROOM_TOKENS) // block_size)
        self._max_sequences = max(1, num_blocks // self._blocks_per_sequence)
        self._max_rows = max_rows
        self._clock = clock

    def measure(self, max_drafts: int) -> StepCosts:
        """The costs of steps by their number of rows, and of drafting by sequences and drafts."""
        started_at = self._clock()
        self._forward(1)
        forward: list[tuple[int, float]] = []
        for rows in self._buckets(ROW_BUCKETS, self._max_rows):
            forward.append((rows, self._time(partial(self._forward, rows))))
            if self._clock() - started_at > _PATIENCE_SECONDS:
                break
        drafting = {
            drafts: tuple(self._time_drafting(drafts, started_at))
            for drafts in range(1, max_drafts + 1)
        }
        return StepCosts(forward=tuple(forward), drafting=drafting)

    def _time_drafting(self, drafts: int, started_at: float) -> list[tuple[int, float]]:
        measured: list[tuple[int, float]] = []
        for sequences in self._buckets(SEQUENCE_BUCKETS, self._max_rows // (drafts + 1)):
            self._forward(sequences)
            rows = self._rows(sequences)
            draft = partial(self._executor.draft, rows, range(sequences), drafts)
            seconds = self._time(draft)
            measured.append((sequences, seconds))
            if self._clock() - started_at > _PATIENCE_SECONDS:
                break
        return measured

    def _buckets(self, buckets: tuple[int, ...], most: int) -> list[int]:
        return [size for size in buckets if size <= max(1, min(most, self._max_sequences))]

    def _time(self, run: Callable[[], object]) -> float:
        """The shortest of some runs, in seconds: noise only ever adds."""
        seconds = []
        for _ in range(_REPEATS):
            started_at = self._clock()
            run()
            seconds.append(self._clock() - started_at)
        return min(seconds)

    def _forward(self, sequences: int) -> None:
        self._executor.begin(self._rows(sequences))
        self._executor.finish()

    def _rows(self, sequences: int) -> StepRows:
        """One row each of sequences with some context and blocks of their own."""
        count, size = self._blocks_per_sequence, sequences
        tables = [range(number * count, (number + 1) * count) for number in range(size)]
        return StepRows(
            token_ids=[0] * size,
            positions=[self._context_tokens] * size,
            query_starts=list(range(size + 1)),
            context_lengths=[self._context_tokens + 1] * size,
            context_starts=[0] * size,
            block_tables=list(tables),
            sample_rows=list(range(size)),
        )
