"""What a recorded decode step reads: one row of numbers and one block table per sequence.

The tensors never move, as recorded steps read them by address. All recordings share them.
"""

from collections.abc import Sequence as Seq

import numpy as np
import torch
from torch import Tensor

from engine.runner.mirrored_tensor import MirroredTensor
from engine.runner.step import StepItem

MAX_ROWS_PER_SEQUENCE = 4
_SEED, _FIRST, _NUM_DRAFTS, _DRAFT_START, _IS_REAL, _TOP_K = range(6)
_REALS = slice(6, 9)
_TEMPERATURE, _TOP_P, _MIN_P = range(3)
_TOKENS = slice(9, 9 + MAX_ROWS_PER_SEQUENCE)


class DecodeInputs:
    """Filled on the host from the items of a step, read on the device by column."""

    def __init__(
        self, *, max_batch: int, max_blocks: int, unused_block: int, device: torch.device
    ) -> None:
        """`max_blocks` is the longest block table; entries that name no block of a sequence name
        the `unused_block`, and the last column always does."""
        words = MirroredTensor((max_batch, _TOKENS.stop), torch.int64, device)
        self._words = words
        self._reals = words.numbers[:, _REALS].view(np.float64)
        self._tables = MirroredTensor((max_batch, max_blocks + 1), torch.int32, device)
        self._tables.numbers[:] = unused_block
        self._unused_block = unused_block
        self._known_tables: list[Seq[int]] = [()] * max_batch
        self._known_lengths = [0] * max_batch

    def fill(self, items: Seq[StepItem], batch: int) -> None:
        """Lay out the items for a recording of `batch` sequences, and ask for the upload.

        The places that are left repeat the shortest item without writing anything that counts:
        the same values go to the same experts, so that no further weights are read for them.
        """
        shortest = min(items, key=lambda item: item.chunk.start)
        padding = batch - len(items)
        rows = [_integers(item, is_real=True) for item in items]
        rows += [_integers(shortest, is_real=False)] * padding
        reals = [_reals(item) for item in items] + [_reals(shortest)] * padding
        self._words.numbers[:batch] = rows
        self._reals[:batch] = reals
        for place, item in enumerate((*items, *(shortest,) * padding)):
            self._fill_table(place, item.chunk.sequence.block_table)
        self._words.upload(batch)
        self._tables.upload(batch)

    def _fill_table(self, place: int, table: list[int]) -> None:
        """Write what is new of a table: it only grows as long as it is the same list."""
        row, length = self._tables.numbers[place], self._known_lengths[place]
        if self._known_tables[place] is not table or length > len(table):
            row[len(table) : length] = self._unused_block
            length = 0
        if length < len(table):
            row[length : len(table)] = table[length:]
        self._known_tables[place], self._known_lengths[place] = table, len(table)

    def block_tables(self, batch: int) -> Tensor:
        """int32 [batch, max_blocks + 1]."""
        return self._tables.device[:batch]

    def token_ids(self, batch: int, rows: int) -> Tensor:
        """int64 [batch, rows]: the pending token and its drafts stand at the end of each row."""
        return self._words.device[:batch, _TOKENS.stop - rows : _TOKENS.stop]

    def first_positions(self, batch: int) -> Tensor:
        """int64 [batch]: where each pending token stands."""
        return self._words.device[:batch, _FIRST]

    def num_drafts(self, batch: int) -> Tensor:
        """int64 [batch]: how many drafts follow it."""
        return self._words.device[:batch, _NUM_DRAFTS]

    def draft_starts(self, batch: int) -> Tensor:
        """int64 [batch]: the first position that the draft layer may look at."""
        return self._words.device[:batch, _DRAFT_START]

    def are_real(self, batch: int) -> Tensor:
        """bool [batch]: False for places that only repeat another."""
        return self._words.device[:batch, _IS_REAL].bool()

    def seeds(self, batch: int) -> Tensor:
        """int64 [batch]."""
        return self._words.device[:batch, _SEED]

    def top_k(self, batch: int) -> Tensor:
        """int64 [batch]; 0 is off."""
        return self._words.device[:batch, _TOP_K]

    def temperature(self, batch: int) -> Tensor:
        """float64 [batch]."""
        return self._real(batch, _TEMPERATURE)

    def top_p(self, batch: int) -> Tensor:
        """float64 [batch]; 1.0 is off."""
        return self._real(batch, _TOP_P)

    def min_p(self, batch: int) -> Tensor:
        """float64 [batch]; 0.0 is off."""
        return self._real(batch, _MIN_P)

    def _real(self, batch: int, column: int) -> Tensor:
        return self._words.device[:batch, _REALS].view(torch.float64)[:, column]


def _integers(item: StepItem, *, is_real: bool) -> list[int]:
    """The whole numbers of one row, zeros where its real numbers will stand.

    In front of the pending token stand those before it: a recording of more rows than the item has
    computes them once more, and they are what costs the fewest experts there.
    """
    chunk, row = item.chunk, item.rows[0]
    sequence = chunk.sequence
    end = chunk.start + 1
    known = sequence.token_ids[max(0, end - MAX_ROWS_PER_SEQUENCE) : end]
    tokens = [*(0,) * MAX_ROWS_PER_SEQUENCE, *known, *chunk.drafts][-MAX_ROWS_PER_SEQUENCE:]
    return [
        row.seed,
        chunk.start,
        len(chunk.drafts),
        sequence.draft_start,
        int(is_real),
        row.top_k,
        0,
        0,
        0,
        *tokens,
    ]


def _reals(item: StepItem) -> tuple[float, float, float]:
    row = item.rows[0]
    return row.temperature, row.top_p, row.min_p
