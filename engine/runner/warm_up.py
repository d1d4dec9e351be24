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
# Nobody is held up for long: measuring is not repeated after the first time, and what was not
# measured at all by the second is extrapolated.
_ENOUGH_SECONDS, _PATIENCE_SECONDS = 0.2, 3.0

# A size, with drafts (0: the forward pass), and how long it took at best.
_Times = dict[tuple[int, int], float]


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
        """The costs of steps by their number of rows, and of drafting by sequences and drafts.

        All sizes take turns, and the shortest time of each counts: noise only ever adds.
        """
        started_at = self._clock()
        self._forward(1)
        times: _Times = {}
        for _ in range(_REPEATS):
            for size, drafts in self._sizes(max_drafts):
                seconds = self._time(size, drafts)
                times[size, drafts] = min(seconds, times.get((size, drafts), seconds))
                has_each_kind = size > 1 or drafts == max_drafts
                if has_each_kind and self._clock() - started_at > _PATIENCE_SECONDS:
                    return _costs(times, max_drafts)
            if self._clock() - started_at > _ENOUGH_SECONDS:
                break
        return _costs(times, max_drafts)

    def _sizes(self, max_drafts: int) -> list[tuple[int, int]]:
        """Small ones first, so that each number of drafts has been measured when patience ends."""
        sizes = [(rows, 0) for rows in self._buckets(ROW_BUCKETS, self._max_rows)]
        for drafts in range(1, max_drafts + 1):
            most = self._max_rows // (drafts + 1)
            sizes += [(size, drafts) for size in self._buckets(SEQUENCE_BUCKETS, most)]
        return sorted(sizes)

    def _time(self, size: int, drafts: int) -> float:
        """Seconds of one forward pass, or of drafting after one."""
        run: Callable[[], object] = partial(self._forward, size)
        if drafts:
            self._forward(size)
            run = partial(self._executor.draft, self._rows(size), range(size), drafts)
        started_at = self._clock()
        run()
        return self._clock() - started_at

    def _buckets(self, buckets: tuple[int, ...], most: int) -> list[int]:
        return [size for size in buckets if size <= max(1, min(most, self._max_sequences))]

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


def _costs(times: _Times, max_drafts: int) -> StepCosts:
    tables = {
        drafts: tuple(sorted((size, t) for (size, d), t in times.items() if d == drafts))
        for drafts in range(max_drafts + 1)
    }
    return StepCosts(forward=tables.pop(0), drafting=tables)
