"""A decode step as tensor operations whose sizes depend on no value, so that it can be recorded.

Forward pass, draw, judgement of the drafts, the draft layer over the rows, new drafts: everything
between two visits of the host. Computes what `ModelRunner` computes for the same items.
"""

import torch
from torch import Tensor

from engine import kernels
from engine.kernels import DrawTensors
from engine.model.attention_metadata import DecodeMetadata
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.kv_storage import KVStorage
from engine.runner.decode_inputs import DecodeInputs


class DecodeStep:
    """`batch` sequences with `num_drafts` drafts each, or fewer, that get as many new ones.

    Each has `num_drafts` + 1 rows. One with fewer drafts begins with rows that are not real: tokens
    it knows already, computed once more. They and the places that only repeat another sequence
    write their keys and values into the unused block, which nobody reads.
    """

    def __init__(
        self,
        model: Glm4MoeForCausalLM,
        kv: KVStorage,
        inputs: DecodeInputs,
        *,
        vocab_size: int,
        unused_block: int,
        batch: int,
        num_drafts: int,
    ) -> None:
        """`vocab_size` ids stand for tokens; those above are neither drawn nor drafted."""
        self._model = model
        self._kv = kv
        self._inputs = inputs
        self._vocab_size = vocab_size
        self._unused_slot = unused_block * kv.block_size
        self._batch = batch
        self._num_drafts = num_drafts
        self._rows = torch.arange(num_drafts + 1, device=model.device)
        self._places = torch.arange(batch, device=model.device)

    def compute(self) -> tuple[Tensor, Tensor, Tensor]:
        """Compute what the inputs say.

        Returns what was drawn after each row, -1 where logits are not finite: int64
        [batch, num_drafts + 1], the real rows at the end; how many drafts are accepted: [batch];
        and the new drafts: [batch, num_drafts].
        """
        inputs, batch = self._inputs, self._batch
        unreal = self._num_drafts - inputs.num_drafts(batch)
        positions = (inputs.first_positions(batch) - unreal)[:, None] + self._rows
        is_real = (self._rows >= unreal[:, None]) & inputs.are_real(batch)[:, None]
        token_ids = inputs.token_ids(batch, len(self._rows))
        starts = torch.zeros_like(unreal)
        hidden = self._model.forward(
            token_ids.flatten(),
            positions.clamp(min=0).flatten(),
            self._kv,
            self._metadata(positions, is_real, starts),
        )
        sampled = self._draw(self._model.compute_logits(hidden), positions)
        last_rows = _count_accepted(token_ids, sampled, unreal, self._rows)
        drafts = self._draft(hidden, positions, is_real, sampled, last_rows, unreal)
        return sampled, last_rows - unreal, drafts

    def _draw(self, logits: Tensor, positions: Tensor) -> Tensor:
        """Draw for each row the token that follows its position."""
        inputs, batch = self._inputs, self._batch
        parameters = DrawTensors(
            temperature=self._per_row(inputs.temperature(batch)),
            top_p=self._per_row(inputs.top_p(batch)),
            top_k=self._per_row(inputs.top_k(batch)),
            min_p=self._per_row(inputs.min_p(batch)),
            seed=self._per_row(inputs.seeds(batch)),
            position=(positions + 1).flatten(),
        )
        return kernels.draw_rows(logits, parameters, self._vocab_size).view(positions.shape)

    def _per_row(self, values: Tensor) -> Tensor:
        return values[:, None].expand(-1, len(self._rows)).flatten()

    def _draft(
        self,
        hidden: Tensor,
        positions: Tensor,
        is_real: Tensor,
        sampled: Tensor,
        last_rows: Tensor,
        unreal: Tensor,
    ) -> Tensor:
        """Let the draft layer read all rows, then write on behind each sequence's last good one.

        What it reads of rejected drafts lies behind that row: it is written anew before it is seen.
        """
        drafts: list[Tensor] = []
        starts = self._inputs.draft_starts(self._batch)
        next_ids = sampled.clamp(min=0)
        while len(drafts) < self._num_drafts:
            hidden = self._model.draft(
                next_ids.flatten(),
                hidden,
                positions.clamp(min=0).flatten(),
                self._kv,
                self._metadata(positions, is_real, starts),
            )
            if not drafts:
                last_rows = _last_finite(sampled, last_rows, unreal)
                hidden = hidden.view(*positions.shape, -1)[self._places, last_rows]
                positions = positions.gather(1, last_rows[:, None])
                is_real = self._inputs.are_real(self._batch)[:, None]
            logits = self._model.compute_logits(hidden)[:, : self._vocab_size]
            next_ids = logits.argmax(dim=-1)
            drafts.append(next_ids)
            positions = positions + 1
        return torch.stack(drafts, dim=1) if drafts else sampled[:, :0]

    def _metadata(self, positions: Tensor, is_real: Tensor, starts: Tensor) -> DecodeMetadata:
        """The layout of rows at consecutive positions: [batch, rows]; `starts` is [batch]."""
        tables = self._inputs.block_tables(self._batch)
        size = self._kv.block_size
        numbers = (positions.clamp(min=0) // size).clamp(max=tables.shape[1] - 1)
        slots = tables.gather(1, numbers) * size + positions % size
        return DecodeMetadata(
            rows_per_sequence=positions.shape[1],
            context_lengths=(positions[:, -1] + 1).int(),
            context_starts=starts.int(),
            block_tables=tables,
            slot_mapping=torch.where(is_real, slots, self._unused_slot).flatten(),
        )


def _count_accepted(token_ids: Tensor, sampled: Tensor, unreal: Tensor, rows: Tensor) -> Tensor:
    """The row of the first drawn token that is no draft: [batch], counted from the first row.

    A draft is accepted if it was drawn from the row before it and so was every one before.
    """
    is_right = (sampled[:, :-1] == token_ids[:, 1:]) | (rows[:-1] < unreal[:, None])
    return is_right.long().cumprod(dim=1).sum(dim=1)


def _last_finite(sampled: Tensor, last_rows: Tensor, unreal: Tensor) -> Tensor:
    """The last row after which a token is known: one earlier where nothing could be drawn."""
    failed = sampled.gather(1, last_rows[:, None]).squeeze(1) < 0
    return torch.maximum(last_rows - failed.long(), unreal)
