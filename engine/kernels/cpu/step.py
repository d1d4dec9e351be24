"""Steps of few rows on the CPU, computed by the C++ library: forward passes, drafts and draws.

Knows rows, blocks and weights; no requests, no model classes.
"""

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.kernels.cpu import library as binding
from engine.kernels.cpu.drawing import DrawParameters, parameter_arrays
from engine.kernels.cpu.library import MAX_DECODE_STEPS, MAX_DRAFTS, CpuLibrary
from engine.kernels.cpu.packing import WeightPacker
from engine.kernels.cpu.weights import StepGeometry, StepWeights

Activations = Literal["float32", "bfloat16"]
# Rows that pass through all layers together. More read each weight less often and keep more
# numbers between the layers.
SLICE_ROWS = 256
_NO_BLOCK = -1  # ends a table, so that entries of an earlier step are never taken for blocks
_FAULTS = {
    1: "too many or too few sequences or rows",
    2: "a sequence without rows, or too many rows",
    3: "a token id that the embedding does not have",
    4: "a position before the start of its context",
    5: "positions of a sequence that do not follow each other",
    6: "a position beyond the longest block table",
    7: "a block that the cache does not have",
    8: "a chosen row that is not there",
    9: "drafts without a draft layer, or too many of them",
    10: "too many or too few decode steps",
    11: "decode steps of more than one row per sequence, or of too many rows",
}


class StepBatch(Protocol):
    """Rows of several sequences, packed one after another."""

    @property
    def token_ids(self) -> Sequence[int]:
        """[num_rows]."""

    @property
    def positions(self) -> Sequence[int]:
        """[num_rows], counting up within a sequence."""

    @property
    def query_starts(self) -> Sequence[int]:
        """[num_sequences + 1], offsets into the rows."""

    @property
    def context_starts(self) -> Sequence[int]:
        """[num_sequences], the first position that attention sees."""

    @property
    def block_tables(self) -> Sequence[Sequence[int]]:
        """Per sequence, the cache blocks of its positions."""

    @property
    def sample_rows(self) -> Sequence[int]:
        """The rows whose logits are wanted."""


@dataclass(frozen=True, slots=True)
class DraftedSteps:
    """What decode steps drew that verify drafts.

    tokens: [num_steps, num_sequences, MAX_DRAFTS + 1], of which the first `counts`
    [num_steps, num_sequences] count: the drafts that were kept and what followed them, or -1 where
    logits were not finite. drafts: [num_sequences, num_drafts], what may follow.
    """

    tokens: NDArray[np.int32]
    counts: NDArray[np.int32]
    drafts: NDArray[np.int32]

    @property
    def are_finite(self) -> bool:
        """Whether all sequences drew a token in the last step; else `drafts` were not made."""
        last = self.counts[-1][:, None] - 1
        return bool((np.take_along_axis(self.tokens[-1], last, axis=1) >= 0).all())


class CpuStep:
    """A model's weights in the library's layout, its threads and its buffers.

    keys[layer], values[layer]: [num_blocks, block_size, kv_heads, head_dim], float32 or bfloat16,
    the draft layer's last; they are read and written where they are. Used by one thread.

    `activations` "float32" computes what float32 weights would, whatever the weights' type;
    "bfloat16" rounds what enters each product, which is faster where the processor has an
    instruction for it.
    """

    def __init__(
        self,
        library: CpuLibrary,
        geometry: StepGeometry,
        weights: StepWeights,
        keys: Sequence[Tensor],
        values: Sequence[Tensor],
        *,
        threads: int,
        max_rows: int = 2048,
        max_sample_rows: int = 64,
        max_sequences: int = 64,
        max_context: int = 4096,
        activations: Activations = "float32",
    ) -> None:
        _check_cache(geometry, weights, keys, values)
        self._library = library
        block_size = keys[0].shape[1]
        self.max_rows = max_rows
        self.max_sequences = max_sequences
        max_blocks = -(-max_context // block_size)
        self._token_ids = np.zeros(max_rows, np.int32)
        self._positions = np.zeros(max_rows, np.int32)
        self._query_starts = np.zeros(max_sequences + 1, np.int32)
        self._context_starts = np.zeros(max_sequences, np.int32)
        self._block_tables = np.zeros((max_sequences, max_blocks), np.int32)
        self._chosen_rows = np.zeros(max(max_rows, max_sample_rows), np.int32)
        self._needed_rows = np.zeros(max_rows, np.int32)
        self._drafts = np.zeros((max_sequences, MAX_DRAFTS), np.int32)
        self._draft_starts = np.zeros(max_sequences, np.int32)
        self._drawn = np.zeros((MAX_DECODE_STEPS, max_sequences, MAX_DRAFTS + 1), np.int32)
        self._counts = np.zeros((MAX_DECODE_STEPS, max_sequences), np.int32)
        # Read by the threads while they decode.
        self._drawn_with: tuple[NDArray[np.generic], ...] = ()
        head_rows = weights.head.data.shape[0]
        self.hidden = torch.zeros(max_rows, geometry.hidden_size)
        self.logits = torch.zeros(max_sample_rows, head_rows)
        numbers = binding.Geometry(
            hidden_size=geometry.hidden_size,
            num_layers=geometry.num_layers,
            num_heads=geometry.num_heads,
            num_kv_heads=geometry.num_kv_heads,
            head_dim=geometry.head_dim,
            rotary_dim=2 * weights.rotary_frequencies.numel(),
            vocab_size=geometry.vocab_size,
            head_rows=head_rows,
            num_experts=geometry.num_experts,
            top_k=geometry.top_k,
            normalize=geometry.normalize,
            has_mtp=weights.draft is not None,
            block_size=block_size,
            num_blocks=keys[0].shape[0],
            cache_is_bfloat16=keys[0].dtype == torch.bfloat16,
            bfloat16_activations=activations == "bfloat16",
            max_rows=max_rows,
            max_chosen=max_sample_rows,
            slice_rows=max(max_sequences, min(max_rows, SLICE_ROWS)),
            max_sequences=max_sequences,
            max_blocks=max_blocks,
            num_threads=threads,
            epsilon=geometry.epsilon,
            scaling_factor=geometry.scaling_factor,
        )
        self._step = self._create(numbers, weights, keys, values)
        # Also at the end of the process: its threads must not write into memory that is gone.
        self._free = weakref.finalize(self, library.free_step, self._step)

    def _create(
        self,
        numbers: binding.Geometry,
        weights: StepWeights,
        keys: Sequence[Tensor],
        values: Sequence[Tensor],
    ) -> int:
        model = self._library.new_model(numbers)
        # Dot products of bfloat16 pairs read weights of that type only.
        dotted = numbers.bfloat16_activations and self._library.has_bfloat16_dot()
        packer = WeightPacker(self._library, model, eight_bit=not dotted)
        try:
            packer.pack(weights)
        except BaseException:
            self._library.free_model(model)
            raise
        for layer, (layer_keys, layer_values) in enumerate(zip(keys, values, strict=True)):
            self._library.set_cache(model, layer, layer_keys.data_ptr(), layer_values.data_ptr())
        # What the library reads in place must live as long as it does.
        self._kept = [*packer.kept, *keys, *values]
        buffers = binding.Buffers(
            self._token_ids.ctypes.data,
            self._positions.ctypes.data,
            self._query_starts.ctypes.data,
            self._context_starts.ctypes.data,
            self._block_tables.ctypes.data,
            self._chosen_rows.ctypes.data,
            self._needed_rows.ctypes.data,
            self.hidden.data_ptr(),
            self.logits.data_ptr(),
            self._drafts.ctypes.data,
        )
        return self._library.new_step(model, buffers)

    def begin(self, batch: StepBatch, hidden_rows: Sequence[int] | None = None) -> None:
        """Start a forward pass; other threads compute it while the caller goes on.

        `hidden_rows` are those whose states after the final norm are wanted beside the sample
        rows', None for all: a prompt that is only read needs no last layer but its keys and values.
        Raises ValueError for rows that do not fit.
        """
        sample_rows = batch.sample_rows
        self._fill(batch)
        self._chosen_rows[: len(sample_rows)] = sample_rows
        if hidden_rows is not None:
            self._needed_rows[: len(batch.token_ids)] = 0
            self._needed_rows[list(hidden_rows)] = 1
        counts = len(batch.context_starts), len(sample_rows)
        self._check(self._library.begin(self._step, *counts, hidden_rows is None))

    def wait(self) -> None:
        """Help to compute what was begun, until it is done.

        Afterwards `hidden` [max_rows, hidden] holds the rows' states after the final norm and
        `logits` [max_sample_rows, head_rows] those of the sample rows, in their order.
        """
        self._library.wait(self._step)

    def begin_decode(
        self,
        batch: StepBatch,
        parameters: DrawParameters,
        num_steps: int,
        stop_ids: NDArray[np.int32],
    ) -> None:
        """Start `num_steps` forward passes of one row per sequence, each over the token that was
        drawn from the one before; they end with the step in which a sequence draws one of
        `stop_ids`. The block tables must reach `num_steps` - 1 positions beyond the rows.

        Raises ValueError for rows that do not fit.
        """
        self._begin_decode(batch, parameters, num_steps, stop_ids, 0)

    def begin_drafting(
        self,
        batch: StepBatch,
        parameters: DrawParameters,
        num_steps: int,
        stop_ids: NDArray[np.int32],
        *,
        num_drafts: int,
        draft_starts: Sequence[int],
    ) -> None:
        """As `begin_decode`, but that each step verifies drafts and makes `num_drafts` new ones.

        The rows of a sequence are its last token and the drafts that it has, `MAX_DRAFTS` at most.
        Every row draws a token; drafts are kept as far as they equal what was drawn before them.
        Then the draft layer reads what was kept, looking back to the sequence's position in
        `draft_starts`, and drafts what the next step verifies. The block tables must reach
        `num_steps` * (`num_drafts` + 1) - 2 positions beyond the rows.
        """
        self._draft_starts[: len(draft_starts)] = draft_starts
        self._begin_decode(batch, parameters, num_steps, stop_ids, num_drafts)

    def _begin_decode(
        self,
        batch: StepBatch,
        parameters: DrawParameters,
        num_steps: int,
        stop_ids: NDArray[np.int32],
        num_drafts: int,
    ) -> None:
        self._fill(batch)
        arrays = parameter_arrays(parameters)
        self._drawn_with = (*arrays, stop_ids)
        temperature, top_p, top_k, min_p, seed, position = (a.ctypes.data for a in arrays)
        draws = binding.Draws(
            *(temperature, top_p, min_p, top_k, seed, position),
            *(stop_ids.ctypes.data, self._drawn.ctypes.data),
            *(self._counts.ctypes.data, self._draft_starts.ctypes.data),
            *(len(stop_ids), num_drafts),
        )
        num_sequences = len(batch.context_starts)
        self._check(self._library.begin_decode(self._step, num_sequences, num_steps, draws))

    def wait_decode(self, num_sequences: int) -> NDArray[np.int32]:
        """Help to compute until it is done; what was drawn, [num_steps, num_sequences].

        There are fewer steps than were begun if a sequence ended, and -1 stands where logits were
        not finite.
        """
        num_steps = self._library.wait(self._step)
        drawn = self._drawn.ravel()[: num_steps * num_sequences]
        return drawn.reshape(num_steps, num_sequences)

    def wait_drafting(self, num_sequences: int, num_drafts: int) -> DraftedSteps:
        """Help to compute until it is done; the arrays are the step's own buffers.

        There are fewer steps than were begun if a sequence ended.
        """
        num_steps = self._library.wait(self._step)
        rows = num_steps * num_sequences
        drawn = self._drawn.ravel()[: rows * (MAX_DRAFTS + 1)]
        return DraftedSteps(
            tokens=drawn.reshape(num_steps, num_sequences, MAX_DRAFTS + 1),
            counts=self._counts.ravel()[:rows].reshape(num_steps, num_sequences),
            drafts=self._drafts[:num_sequences, :num_drafts],
        )

    def draft(
        self, batch: StepBatch, hidden_rows: Sequence[int], num_drafts: int
    ) -> NDArray[np.int32]:
        """Read rows into the draft layer's cache and propose tokens: [num_sequences, num_drafts].

        The token of a row is the one that follows its position; `hidden_rows` names the row of
        `hidden` that belongs to the position. `sample_rows` is not looked at. The block tables must
        reach `num_drafts` - 1 positions beyond the last row of a sequence.
        """
        self._chosen_rows[: len(hidden_rows)] = hidden_rows
        self._fill(batch)
        num_sequences = len(batch.context_starts)
        self._check(self._library.begin_draft(self._step, num_sequences, num_drafts))
        self._library.wait(self._step)
        return self._drafts[:num_sequences, :num_drafts]

    def close(self) -> None:
        """End the threads and free the weights; nothing may be asked afterwards."""
        self._free()

    def _fill(self, batch: StepBatch) -> None:
        num_rows, num_sequences = len(batch.token_ids), len(batch.context_starts)
        if num_rows > self.max_rows or num_sequences > self.max_sequences:
            raise ValueError(f"{num_rows} rows of {num_sequences} sequences are too many")
        self._token_ids[:num_rows] = batch.token_ids
        self._positions[:num_rows] = batch.positions
        self._query_starts[: num_sequences + 1] = batch.query_starts
        self._context_starts[:num_sequences] = batch.context_starts
        for sequence, blocks in enumerate(batch.block_tables):
            table = self._block_tables[sequence]
            table[: len(blocks)] = blocks
            if len(blocks) < len(table):
                table[len(blocks)] = _NO_BLOCK

    def _check(self, fault: int) -> None:
        if fault:
            raise ValueError(f"the CPU step was given {_FAULTS[fault]}")


def _check_cache(
    geometry: StepGeometry,
    weights: StepWeights,
    keys: Sequence[Tensor],
    values: Sequence[Tensor],
) -> None:
    layers = geometry.num_layers + (weights.draft is not None)
    if len(keys) != layers or len(values) != layers:
        raise ValueError(f"the cache has {len(keys)} layers; the step needs {layers}")
    for tensor in (*keys, *values):
        if tensor.shape != keys[0].shape or not tensor.is_contiguous():
            raise ValueError("all layers of the cache must have one contiguous shape")
        if tensor.dtype != keys[0].dtype or tensor.dtype not in (torch.float32, torch.bfloat16):
            raise ValueError(f"the CPU step keeps no {tensor.dtype} in its cache")
