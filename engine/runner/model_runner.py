"""Computes one step: packs the scheduled tokens, runs the model, draws the next tokens.

Owns the KV storage's contents. Knows no text, no parser and no Celery.
"""

from collections.abc import Sequence as Seq

import torch
from torch import Tensor

from engine.errors import EngineUnavailable
from engine.kvcache import BlockTable
from engine.model.attention_metadata import AttentionMetadata
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.kv_storage import KVStorage
from engine.protocol import ErrorCode
from engine.sampling import Sampler, SamplingRow
from engine.scheduler import ScheduledChunk, Sequence


class ModelRunner:
    """One model, its KV storage and its sampler."""

    def __init__(self, model: Glm4MoeForCausalLM, kv: KVStorage, sampler: Sampler) -> None:
        self._model = model
        self._kv = kv
        self._sampler = sampler

    @torch.inference_mode()
    def run(self, chunks: Seq[ScheduledChunk]) -> list[int | None]:
        """Compute the chunks and return one token for each that samples, in their order.

        None stands for logits that are not finite. Raises `EngineUnavailable` (out_of_memory).
        """
        try:
            return self._run(chunks)
        except torch.OutOfMemoryError as error:
            raise EngineUnavailable(ErrorCode.OUT_OF_MEMORY) from error
        except RuntimeError as error:
            # torch's CPU allocator has no exception class of its own.
            if "can't allocate memory" in str(error):
                raise EngineUnavailable(ErrorCode.OUT_OF_MEMORY) from error
            raise

    def _run(self, chunks: Seq[ScheduledChunk]) -> list[int | None]:
        device = self._model.device
        token_ids = [token for chunk in chunks for token in _chunk_tokens(chunk)]
        positions = [p for chunk in chunks for p in range(chunk.start, chunk.start + chunk.length)]
        metadata = self._build_metadata(chunks)
        hidden = self._model.forward(
            torch.tensor(token_ids, dtype=torch.int64, device=device),
            torch.tensor(positions, dtype=torch.int64, device=device),
            self._kv,
            metadata,
        )
        last_rows = [
            end - 1
            for chunk, end in zip(chunks, metadata.query_starts[1:], strict=True)
            if chunk.samples
        ]
        if not last_rows:
            return []
        logits = self._model.compute_logits(hidden[last_rows])
        rows = [_sampling_row(chunk.sequence) for chunk in chunks if chunk.samples]
        return self._sampler.sample(logits, rows).tokens

    def _build_metadata(self, chunks: Seq[ScheduledChunk]) -> AttentionMetadata:
        query_starts = [0]
        context_lengths: list[int] = []
        slots: list[int] = []
        tables: list[tuple[int, ...]] = []
        for chunk in chunks:
            table = _block_table(chunk.sequence)
            end = chunk.start + chunk.length
            query_starts.append(query_starts[-1] + chunk.length)
            context_lengths.append(end)
            slots.extend(table.slot(position) for position in range(chunk.start, end))
            tables.append(table.first_blocks(end))
        device = self._model.device
        return AttentionMetadata(
            query_starts=tuple(query_starts),
            context_lengths=tuple(context_lengths),
            context_starts=(0,) * len(chunks),
            block_tables=_pad_tables(tables).to(device),
            slot_mapping=torch.tensor(slots, dtype=torch.int64, device=device),
        )


def _chunk_tokens(chunk: ScheduledChunk) -> list[int]:
    return chunk.sequence.token_ids[chunk.start : chunk.start + chunk.length]


def _block_table(sequence: Sequence) -> BlockTable:
    if sequence.block_table is None:
        raise RuntimeError(f"request {sequence.request_id} is scheduled and holds no blocks")
    return sequence.block_table


def _pad_tables(tables: list[tuple[int, ...]]) -> Tensor:
    """int64 [num_sequences, longest table]; unused entries name block 0."""
    width = max(len(table) for table in tables)
    return torch.tensor(
        [table + (0,) * (width - len(table)) for table in tables], dtype=torch.int64
    )


def _sampling_row(sequence: Sequence) -> SamplingRow:
    sampling = sequence.sampling
    if sampling.seed is None or sampling.temperature is None or sampling.top_p is None:
        raise RuntimeError(f"request {sequence.request_id} reached the sampler unresolved")
    return SamplingRow(
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        top_k=sampling.top_k,
        min_p=sampling.min_p,
        seed=sampling.seed,
        position=len(sequence.token_ids),
    )
