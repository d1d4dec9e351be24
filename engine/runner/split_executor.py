"""Sends what one executor has room for to it, and the rest of a step to another.

Each sequence of a step goes whole to one side; both sides read and write the same cache.
"""

from collections.abc import Sequence as Seq

import torch
from torch import Tensor

from engine.runner.executor import Executor
from engine.runner.step_rows import StepRows


class SplitExecutor:
    """`first` takes sequences as far as its `max_rows` and `max_sample_rows` reach, `second` those
    that are left: a step as large as no prompt's chunk is, or the logits of a whole prompt."""

    def __init__(
        self, first: Executor, second: Executor, *, max_rows: int, max_sample_rows: int
    ) -> None:
        self._sides = (first, second)
        self._max_rows = max_rows
        self._max_sample_rows = max_sample_rows
        # Of the last step: the side of each row and its number there.
        self._row_sides: list[int] = []
        self._row_places: list[int] = []
        self._sample_order: list[int] | None = None
        self._in_use: tuple[int, ...] = ()

    def begin(self, rows: StepRows) -> None:
        """Start the first side's part after the second's, since only that runs by itself."""
        sides = self._choose_sides(rows)
        parts = [rows.select([i for i, s in enumerate(sides) if s == side]) for side in (0, 1)]
        self._note_places(rows, sides)
        self._in_use = tuple(side for side in (0, 1) if parts[side].num_rows)
        for side in reversed(self._in_use):
            self._sides[side].begin(parts[side])

    def finish(self) -> Tensor | None:
        """Logits fp32 [num_sample_rows, padded_vocab], in the order of the step's rows."""
        found = [self._sides[side].finish() for side in self._in_use]
        logits = [part for part in found if part is not None]
        if len(logits) < 2:
            return logits[0] if logits else None
        return torch.cat(logits)[self._sample_order]

    def draft(self, rows: StepRows, hidden_rows: Seq[int], wanted: int) -> list[tuple[int, ...]]:
        """Each sequence drafts where its rows were computed."""
        firsts = [hidden_rows[start] for start in rows.query_starts[:-1]]
        sides = [self._row_sides[row] for row in firsts]
        drafts: list[tuple[int, ...]] = [()] * len(sides)
        for side in sorted(set(sides)):
            chosen = [i for i, s in enumerate(sides) if s == side]
            places = [
                self._row_places[row]
                for i in chosen
                for row in hidden_rows[rows.query_starts[i] : rows.query_starts[i + 1]]
            ]
            proposed = self._sides[side].draft(rows.select(chosen), places, wanted)
            for index, draft in zip(chosen, proposed, strict=True):
                drafts[index] = draft
        return drafts

    def close(self) -> None:
        """Close both sides."""
        for side in self._sides:
            side.close()

    def _choose_sides(self, rows: StepRows) -> list[int]:
        room, sample_room = self._max_rows, self._max_sample_rows
        if rows.num_rows <= room and len(rows.sample_rows) <= sample_room:
            return [0] * len(rows.context_lengths)
        sides = []
        for first, end in zip(rows.query_starts, rows.query_starts[1:], strict=False):
            samples = sum(first <= row < end for row in rows.sample_rows)
            fits = end - first <= room and samples <= sample_room
            if fits:
                room, sample_room = room - (end - first), sample_room - samples
            sides.append(0 if fits else 1)
        return sides

    def _note_places(self, rows: StepRows, sides: list[int]) -> None:
        counts = [0, 0]
        self._row_sides, self._row_places = [], []
        for index, side in enumerate(sides):
            size = rows.query_starts[index + 1] - rows.query_starts[index]
            self._row_sides += [side] * size
            self._row_places += range(counts[side], counts[side] + size)
            counts[side] += size
        self._sample_order = None
        sample_sides = [self._row_sides[row] for row in rows.sample_rows]
        if len(set(sample_sides)) > 1:
            by_side = sorted(range(len(sample_sides)), key=sample_sides.__getitem__)
            self._sample_order = sorted(range(len(by_side)), key=by_side.__getitem__)
