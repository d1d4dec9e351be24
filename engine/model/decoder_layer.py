"""One layer: norm, attention, add; norm, feed forward, add."""

from torch import Tensor

from engine import kernels
from engine.checkpoint.config import ModelConfig
from engine.kernels import LayerCache
from engine.model.attention import Attention
from engine.model.attention_metadata import AttentionMetadata
from engine.model.feed_forward import MixtureOfExperts, Mlp
from engine.model.weight_allocator import WeightAllocator


class DecoderLayer:
    """A layer of the main model, or the one inside the MTP layer."""

    def __init__(self, config: ModelConfig, layer: int, allocator: WeightAllocator) -> None:
        prefix = f"model.layers.{layer}"
        hidden_size = config.hidden_size
        self.norm_epsilon = config.rms_norm_eps
        self.input_norm = allocator.vector(f"{prefix}.input_layernorm.weight", hidden_size)
        self.attention = Attention(config, f"{prefix}.self_attn", allocator)
        self.post_attention_norm = allocator.vector(
            f"{prefix}.post_attention_layernorm.weight", hidden_size
        )
        self.feed_forward: Mlp | MixtureOfExperts
        if config.is_dense_layer(layer):
            width = config.intermediate_size
            self.feed_forward = Mlp(hidden_size, width, f"{prefix}.mlp", allocator)
        else:
            self.feed_forward = MixtureOfExperts(config, f"{prefix}.mlp", allocator)

    def forward(
        self,
        hidden: Tensor,
        rotary: tuple[Tensor, Tensor],
        keys: LayerCache,
        values: LayerCache,
        metadata: AttentionMetadata,
    ) -> Tensor:
        """[num_tokens, hidden] to [num_tokens, hidden]; keys and values are this layer's cache."""
        normed = kernels.rms_norm(hidden, self.input_norm, self.norm_epsilon)
        hidden = self.attention.forward(normed, rotary, keys, values, metadata, hidden)
        normed = kernels.rms_norm(hidden, self.post_attention_norm, self.norm_epsilon)
        return self.feed_forward.forward(normed, hidden)
