"""A torch model and the C++ step over one cache, to be compared."""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from engine.checkpoint.config import ModelConfig
from engine.kernels.cpu import (
    CpuLibrary,
    CpuStep,
    DraftWeights,
    LayerWeights,
    StepGeometry,
    StepWeights,
)
from engine.kernels.cpu.step import Activations
from engine.model.attention_metadata import PackedMetadata
from engine.model.decoder_layer import DecoderLayer
from engine.model.feed_forward import MixtureOfExperts
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.kv_storage import KVStorage


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


def geometry_of(config: ModelConfig) -> StepGeometry:
    return StepGeometry(
        hidden_size=config.hidden_size,
        num_layers=config.num_hidden_layers,
        num_heads=config.num_attention_heads,
        num_kv_heads=config.num_key_value_heads,
        head_dim=config.head_dim,
        vocab_size=config.vocab_size,
        num_experts=config.n_routed_experts,
        top_k=config.num_experts_per_tok,
        normalize=config.norm_topk_prob,
        scaling_factor=config.routed_scaling_factor,
        epsilon=config.rms_norm_eps,
    )


def layer_weights(layer: DecoderLayer) -> LayerWeights:
    attention, forward = layer.attention, layer.feed_forward
    mixture = forward if isinstance(forward, MixtureOfExperts) else None
    plain = forward.shared if isinstance(forward, MixtureOfExperts) else forward
    return LayerWeights(
        input_norm=layer.input_norm,
        qkv=attention.qkv_weight,
        qkv_bias=attention.qkv_bias,
        query_norm=attention.query_norm,
        key_norm=attention.key_norm,
        output=attention.output_weight,
        post_attention_norm=layer.post_attention_norm,
        gate_up=plain.gate_up_weight,
        down=plain.down_weight,
        router=None if mixture is None else mixture.router_weight,
        correction_bias=None if mixture is None else mixture.correction_bias,
        expert_gate_up=None if mixture is None else mixture.gate_up_weights,
        expert_down=None if mixture is None else mixture.down_weights,
    )


def weights_of(model: Glm4MoeForCausalLM) -> StepWeights:
    mtp = model.mtp
    draft = (
        None
        if mtp is None
        else DraftWeights(
            embedding_norm=mtp.embedding_norm,
            hidden_norm=mtp.hidden_norm,
            projection=mtp.projection,
            layer=layer_weights(mtp.layer),
            head_norm=mtp.head_norm,
        )
    )
    return StepWeights(
        embedding=model.embedding,
        layers=[layer_weights(layer) for layer in model.layers],
        norm=model.norm,
        head=model.head_weight,
        rotary_frequencies=model.rotary_frequencies,
        draft=draft,
    )


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
        geometry_of(model.config),
        weights_of(model),
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
