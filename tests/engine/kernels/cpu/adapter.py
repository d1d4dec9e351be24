"""A torch model and the C++ step over one cache, to be compared."""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from engine.kernels.cpu import (
    CpuLibrary,
    CpuStep,
)
from engine.kernels.cpu.step import Activations
from engine.model.attention_metadata import PackedMetadata
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.kv_storage import KVStorage
from engine.runner.cpu_weights import step_geometry, step_weights


@dataclass
class Batch:
    """Rows by hand."""

    token_ids: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    query_starts: list[int] = field(default_factory=lambda: [0])
    context_starts: list[int] = field(default_factory=list)
    block_tables: list[list[int]] = field(default_factory=list)
    sample_rows: list[int] = field(default_factory=list)

    def add(
        self, token_ids: list[int], start: int, blocks: list[int], context_start: int = 0
    ) -> None:
        self.token_ids += token_ids
        self.positions += range(start, start + len(token_ids))
        self.query_starts.append(len(self.token_ids))
        self.context_starts.append(context_start)
        self.block_tables.append(blocks)
        self.sample_rows = list(range(len(self.token_ids)))


def new_cache(
    model: Glm4MoeForCausalLM, num_blocks: int, dtype: torch.dtype = torch.float32
) -> KVStorage:
    config = model.config
    return KVStorage(
        num_layers=config.num_hidden_layers + (model.mtp is not None),
        num_blocks=num_blocks,
        block_size=16,
        num_kv_heads=config.num_key_value_heads,
        head_dim=config.head_dim,
        dtype=dtype,
        device="cpu",
    )


def new_step(
    library: CpuLibrary,
    model: Glm4MoeForCausalLM,
    cache: KVStorage,
    *,
    threads: int = 2,
    max_context: int = 4096,
    activations: Activations = "float32",
) -> CpuStep:
    return CpuStep(
        library,
        step_geometry(model.config, model.config.vocab_size),
        step_weights(model),
        *cache.plain_layers(),
        threads=threads,
        max_context=max_context,
        activations=activations,
    )


def random_blocks(count: int, seed: int = 0) -> list[int]:
    return torch.randperm(count, generator=torch.Generator().manual_seed(seed)).tolist()


def run(step: CpuStep, batch: Batch) -> Tensor:
    step.begin(batch)
    step.wait()
    return step.logits[: len(batch.sample_rows)].clone()


def random_tokens(count: int, vocab_size: int, seed: int = 0) -> list[int]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, vocab_size, (count,), generator=generator).tolist()


def metadata_of(batch: Batch) -> PackedMetadata:
    longest = max(len(blocks) for blocks in batch.block_tables)
    slots = [
        batch.block_tables[sequence][position // 16] * 16 + position % 16
        for sequence in range(len(batch.context_starts))
        for position in batch.positions[
            batch.query_starts[sequence] : batch.query_starts[sequence + 1]
        ]
    ]
    return PackedMetadata(
        query_starts=tuple(batch.query_starts),
        context_lengths=tuple(batch.positions[end - 1] + 1 for end in batch.query_starts[1:]),
        context_starts=tuple(batch.context_starts),
        block_tables=torch.tensor([b + [0] * (longest - len(b)) for b in batch.block_tables]),
        slot_mapping=torch.tensor(slots),
    )


def reference_forward(
    model: Glm4MoeForCausalLM, cache: KVStorage, batch: Batch
) -> tuple[Tensor, Tensor]:
    """Hidden states and logits of all rows."""
    hidden = model.forward(
        torch.tensor(batch.token_ids), torch.tensor(batch.positions), cache, metadata_of(batch)
    )
    return hidden, model.compute_logits(hidden)
