"""Runs rows through the model operation by operation, on any device.

The plain way: right everywhere, and what the compiled ways are compared with. It computes when it
is asked to begin, so nothing overlaps with it.
"""

from collections.abc import Sequence as Seq

import torch
from torch import Tensor

from engine.model.attention_metadata import PackedMetadata
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.kv_storage import KVStorage
from engine.runner.step_rows import StepRows


class TorchExecutor:
    """One model over its KV storage. `begin`, then `finish`, then `draft` as often as wanted."""

    def __init__(self, model: Glm4MoeForCausalLM, kv: KVStorage, vocab_size: int) -> None:
        """`vocab_size` ids stand for tokens; those above are never drafted."""
        self._model = model
        self._kv = kv
        self._vocab_size = vocab_size
        self._hidden: Tensor | None = None
        self._logits: Tensor | None = None

    def begin(self, rows: StepRows) -> None:
        """Compute the rows: fills the cache, keeps hidden states and the wanted logits."""
        metadata = self._metadata(rows)
        hidden = self._model.forward(
            self._ids(rows.token_ids), self._ids(rows.positions), self._kv, metadata
        )
        self._hidden = hidden
        self._logits = None
        if rows.sample_rows:
            self._logits = self._model.compute_logits(hidden[rows.sample_rows])

    def finish(self) -> Tensor | None:
        """Wait; logits fp32 [num_sample_rows, vocab] of the rows that `begin` was given."""
        if self._model.device.type == "cuda":
            torch.cuda.current_stream().synchronize()
        return self._logits

    def draft(self, rows: StepRows, hidden_rows: Seq[int], wanted: int) -> list[tuple[int, ...]]:
        """Read `rows` into the draft layer's cache and propose `wanted` tokens per sequence.

        The token of a row is the one that follows its position; `hidden_rows` are the rows of the
        last `begin` whose hidden states belong to the positions.
        """
        assert self._hidden is not None
        hidden = self._hidden[list(hidden_rows)]
        drafts: list[list[int]] = [[] for _ in rows.context_lengths]
        hidden = self._draft_layer(rows, hidden)
        if not wanted:
            return [()] * len(drafts)
        hidden = hidden[[end - 1 for end in rows.query_starts[1:]]]
        while True:
            proposed = self._most_likely(hidden)
            for draft, token in zip(drafts, proposed, strict=True):
                draft.append(token)
            if len(drafts[0]) == wanted:
                return [tuple(draft) for draft in drafts]
            rows = next_rows(rows, proposed)
            hidden = self._draft_layer(rows, hidden)

    def close(self) -> None:
        """Nothing to give back."""

    def _draft_layer(self, rows: StepRows, hidden: Tensor) -> Tensor:
        return self._model.draft(
            self._ids(rows.token_ids),
            hidden,
            self._ids(rows.positions),
            self._kv,
            self._metadata(rows),
        )

    def _most_likely(self, hidden: Tensor) -> list[int]:
        logits = self._model.compute_logits(hidden)[:, : self._vocab_size]
        return logits.argmax(dim=-1).tolist()

    def _ids(self, values: Seq[int]) -> Tensor:
        return torch.tensor(values, dtype=torch.int64, device=self._model.device)

    def _metadata(self, rows: StepRows) -> PackedMetadata:
        size = self._kv.block_size
        slots = [
            table[position // size] * size + position % size
            for table, first, end in zip(
                rows.block_tables, rows.query_starts, rows.query_starts[1:], strict=False
            )
            for position in rows.positions[first:end]
        ]
        return PackedMetadata(
            query_starts=tuple(rows.query_starts),
            context_lengths=tuple(rows.context_lengths),
            context_starts=tuple(rows.context_starts),
            block_tables=self._pad_tables(rows.block_tables),
            slot_mapping=self._ids(slots),
        )

    def _pad_tables(self, tables: Seq[Seq[int]]) -> Tensor:
        """int64 [num_sequences, longest table]; unused entries name block 0."""
        width = max(len(table) for table in tables)
        return torch.tensor(
            [[*table, *(0,) * (width - len(table))] for table in tables],
            dtype=torch.int64,
            device=self._model.device,
        )


def next_rows(rows: StepRows, token_ids: Seq[int]) -> StepRows:
    """One row per sequence, right after the rows it has."""
    positions = [rows.positions[end - 1] + 1 for end in rows.query_starts[1:]]
    return StepRows(
        token_ids=list(token_ids),
        positions=positions,
        query_starts=list(range(len(positions) + 1)),
        context_lengths=[position + 1 for position in positions],
        context_starts=rows.context_starts,
        block_tables=rows.block_tables,
    )
