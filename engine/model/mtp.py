"""The multi-token prediction layer: drafts the token after the next one.

For position i it reads the embedding of token i + 1 and the main model's hidden state at i (after
the final norm), and keeps keys and values of its own, in one more layer of the same cache. It may
be fed its own output to draft further. Source: DeepSeek-V3 report (arXiv:2412.19437, section 2.2)
and the GLM-4.5 model files.
"""

import torch
from torch import Tensor

from engine import kernels
from engine.checkpoint.config import ModelConfig
from engine.kernels import LayerCache
from engine.model.attention_metadata import AttentionMetadata
from engine.model.decoder_layer import DecoderLayer
from engine.model.weight_allocator import WeightAllocator


class MtpLayer:
    """Norms of the embedding and of the hidden state, their joint projection, one layer.

    The embedding and the head are the main model's: the copies that some checkpoints carry
    (`shared_tensor_names`) are never read.
    """

    def __init__(self, config: ModelConfig, allocator: WeightAllocator) -> None:
        layer, hidden_size = config.num_hidden_layers, config.hidden_size
        prefix = f"model.layers.{layer}"
        self.norm_epsilon = config.rms_norm_eps
        self.embedding_norm = allocator.vector(f"{prefix}.enorm.weight", hidden_size)
        self.hidden_norm = allocator.vector(f"{prefix}.hnorm.weight", hidden_size)
        self.projection = allocator.linear(f"{prefix}.eh_proj.weight", hidden_size, 2 * hidden_size)
        self.layer = DecoderLayer(config, layer, allocator)
        self.head_norm = allocator.vector(f"{prefix}.shared_head.norm.weight", hidden_size)

    def forward(
        self,
        next_embedding: Tensor,
        hidden: Tensor,
        rotary: tuple[Tensor, Tensor],
        keys: LayerCache,
        values: LayerCache,
        metadata: AttentionMetadata,
    ) -> Tensor:
        """The normed hidden states that the shared head turns into drafts, [num_tokens, hidden].

        next_embedding: of the token after each position; hidden: the main model's at the position,
        or this layer's own output for the position before; both [num_tokens, hidden].
        """
        epsilon = self.norm_epsilon
        joined = torch.cat(
            [
                kernels.rms_norm(next_embedding, self.embedding_norm, epsilon),
                kernels.rms_norm(hidden, self.hidden_norm, epsilon),
            ],
            dim=-1,
        )
        projected = kernels.linear(joined, self.projection)
        drafted = self.layer.forward(projected, rotary, keys, values, metadata)
        # Recycled after this norm: the layer was trained on normed hidden states.
        return kernels.rms_norm(drafted, self.head_norm, epsilon)


def mtp_prefix(config: ModelConfig) -> str:
    """What the names of all tensors of the MTP layer begin with."""
    return f"model.layers.{config.num_hidden_layers}."


def shared_tensor_names(config: ModelConfig) -> tuple[str, str]:
    """The MTP layer's copies of embedding and head, which may be there or not."""
    prefix = mtp_prefix(config)
    return f"{prefix}embed_tokens.weight", f"{prefix}shared_head.head.weight"
