"""Grouped-query attention of one layer over the block KV cache."""

import torch
from torch import Tensor

from engine import kernels
from engine.checkpoint.config import ModelConfig
from engine.kernels import LayerCache
from engine.model.attention_metadata import AttentionMetadata
from engine.model.weight_allocator import WeightAllocator


class Attention:
    """q, k, v projections, optional norm of q and k, rotary embedding, attention, projection."""

    def __init__(self, config: ModelConfig, prefix: str, allocator: WeightAllocator) -> None:
        self.head_dim = config.head_dim
        self.scale = config.head_dim**-0.5
        self.norm_epsilon = config.rms_norm_eps
        # head_dim times heads is not the hidden size in this family.
        self.heads = [config.num_attention_heads] + 2 * [config.num_key_value_heads]
        rows = [count * self.head_dim for count in self.heads]
        names = [f"{prefix}.{part}_proj" for part in ("q", "k", "v")]
        weights = [f"{name}.weight" for name in names]
        self.qkv_weight = allocator.stacked_linear(weights, rows, config.hidden_size)
        self.qkv_bias: Tensor | None = None
        if config.attention_bias:
            self.qkv_bias = allocator.stacked_vector([f"{name}.bias" for name in names], rows)
        self.output_weight = allocator.linear(
            f"{prefix}.o_proj.weight", config.hidden_size, rows[0]
        )
        self.query_norm: Tensor | None = None
        self.key_norm: Tensor | None = None
        if config.use_qk_norm:
            self.query_norm = allocator.vector(f"{prefix}.q_norm.weight", self.head_dim)
            self.key_norm = allocator.vector(f"{prefix}.k_norm.weight", self.head_dim)

    def forward(
        self,
        hidden: Tensor,
        rotary: tuple[Tensor, Tensor],
        keys: LayerCache,
        values: LayerCache,
        metadata: AttentionMetadata,
    ) -> Tensor:
        """Attention of the new tokens [num_tokens, hidden]; writes their keys and values.

        keys, values: this layer's cache [num_blocks, block_size, kv_heads, head_dim].
        """
        qkv = kernels.linear(hidden, self.qkv_weight, self.qkv_bias)
        heads = qkv.view(hidden.shape[0], -1, self.head_dim)
        query, key, value = torch.split(heads, self.heads, dim=1)
        if self.query_norm is not None and self.key_norm is not None:
            query = kernels.rms_norm(query, self.query_norm, self.norm_epsilon)
            key = kernels.rms_norm(key, self.key_norm, self.norm_epsilon)
        query = kernels.apply_rotary(query, *rotary)
        key = kernels.apply_rotary(key, *rotary)
        kernels.write_kv(key, value, keys, values, metadata.slot_mapping)
        attended = kernels.paged_attention(
            query,
            keys,
            values,
            query_starts=metadata.query_starts,
            context_lengths=metadata.context_lengths,
            context_starts=metadata.context_starts,
            block_tables=metadata.block_tables,
            scale=self.scale,
        )
        return kernels.linear(attended.flatten(1), self.output_weight)
