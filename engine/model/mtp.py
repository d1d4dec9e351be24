"""The multi-token prediction layer that follows the main model's layers in a checkpoint.

It is checked with every checkpoint and kept when asked for; nothing drafts with it yet.
"""

from engine.checkpoint.config import ModelConfig
from engine.model.decoder_layer import DecoderLayer
from engine.model.weight_allocator import WeightAllocator


class MtpWeights:
    """Norms of the embedding and of the hidden state, their joint projection, one layer.

    The embedding and the head are the main model's: the copies that some checkpoints carry
    (`shared_tensor_names`) are never read.
    """

    def __init__(self, config: ModelConfig, allocator: WeightAllocator) -> None:
        layer, hidden_size = config.num_hidden_layers, config.hidden_size
        prefix = f"model.layers.{layer}"
        self.embedding_norm = allocator.vector(f"{prefix}.enorm.weight", hidden_size)
        self.hidden_norm = allocator.vector(f"{prefix}.hnorm.weight", hidden_size)
        self.projection = allocator.matrix(f"{prefix}.eh_proj.weight", hidden_size, 2 * hidden_size)
        self.layer = DecoderLayer(config, layer, allocator)
        self.head_norm = allocator.vector(f"{prefix}.shared_head.norm.weight", hidden_size)


def mtp_prefix(config: ModelConfig) -> str:
    """What the names of all tensors of the MTP layer begin with."""
    return f"model.layers.{config.num_hidden_layers}."


def shared_tensor_names(config: ModelConfig) -> tuple[str, str]:
    """The MTP layer's copies of embedding and head, which may be there or not."""
    prefix = mtp_prefix(config)
    return f"{prefix}embed_tokens.weight", f"{prefix}shared_head.head.weight"
