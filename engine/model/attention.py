"""Grouped-query attention of one layer over the block KV cache."""

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
        residual: Tensor,
    ) -> Tensor:
        """Attention of the new tokens, plus residual; writes their keys and values.

        hidden (normed), residual: [num_tokens, hidden], as is what it returns.
        keys, values: this layer's cache [num_blocks, block_size, kv_heads, head_dim].
        """
        qkv = kernels.linear(hidden, self.qkv_weight, self.qkv_bias)
        query = kernels.attention_prepare(
            qkv,
            rotary,
            keys,
            values,
            metadata.slot_mapping,
            query_norm=self.query_norm,
            key_norm=self.key_norm,
            epsilon=self.norm_epsilon,
        )
        attended = metadata.attend(query, keys, values, self.scale)
        return kernels.linear(attended.flatten(1), self.output_weight, residual=residual)
