"""Glm4MoeForCausalLM: the GLM-4.5 family (arXiv:2508.06471) as one forward pass over a cache."""

import torch
from torch import Tensor
from torch.nn import functional

from engine import kernels
from engine.checkpoint.config import ModelConfig
from engine.model.attention_metadata import AttentionMetadata
from engine.model.decoder_layer import DecoderLayer
from engine.model.kv_storage import KVStorage
from engine.model.mtp import MtpLayer
from engine.model.weight_allocator import WeightAllocator


class Glm4MoeForCausalLM:
    """The model without any notion of requests: packed tokens in, hidden states out."""

    def __init__(self, config: ModelConfig, allocator: WeightAllocator) -> None:
        self.config = config
        self.device = allocator.device
        self.dtype = allocator.dtype
        self.mtp: MtpLayer | None = None
        hidden_size, vocab_size = config.hidden_size, config.vocab_size
        self.embedding = allocator.matrix("model.embed_tokens.weight", vocab_size, hidden_size)
        self.layers = [
            DecoderLayer(config, layer, allocator) for layer in range(config.num_hidden_layers)
        ]
        self.norm = allocator.vector("model.norm.weight", hidden_size)
        self.head_weight = allocator.linear("lm_head.weight", vocab_size, hidden_size)
        self.rotary_frequencies = kernels.rotary_frequencies(
            config.rotary_dim, config.rope_theta, self.device
        )

    @torch.inference_mode()
    def forward(
        self,
        token_ids: Tensor,
        positions: Tensor,
        kv: KVStorage,
        metadata: AttentionMetadata,
    ) -> Tensor:
        """Hidden states after the final norm, [num_tokens, hidden]; fills the cache.

        token_ids, positions: int64 [num_tokens], sequences packed one after another.
        """
        hidden = functional.embedding(token_ids, self.embedding)
        rotary = kernels.rotary_cos_sin(positions, self.rotary_frequencies, self.dtype)
        for index, layer in enumerate(self.layers):
            hidden = layer.forward(hidden, rotary, kv.keys[index], kv.values[index], metadata)
        return kernels.rms_norm(hidden, self.norm, self.config.rms_norm_eps)

    @torch.inference_mode()
    def draft(
        self,
        next_token_ids: Tensor,
        hidden: Tensor,
        positions: Tensor,
        kv: KVStorage,
        metadata: AttentionMetadata,
    ) -> Tensor:
        """The MTP layer over positions whose next token is known; fills its layer of the cache.

        next_token_ids, positions: int64 [num_tokens]; hidden: [num_tokens, hidden], what `forward`
        returned for these positions or what this returned for the ones before. Returns
        [num_tokens, hidden] for `compute_logits`. Raises ValueError without an MTP layer.
        """
        if self.mtp is None:
            raise ValueError("the model was loaded without an MTP layer")
        embedded = functional.embedding(next_token_ids, self.embedding)
        rotary = kernels.rotary_cos_sin(positions, self.rotary_frequencies, self.dtype)
        index = self.config.num_hidden_layers
        keys, values = kv.keys[index], kv.values[index]
        return self.mtp.forward(embedded, hidden, rotary, keys, values, metadata)

    @torch.inference_mode()
    def compute_logits(self, hidden: Tensor) -> Tensor:
        """Logits fp32 [num_rows, vocab] of hidden states [num_rows, hidden]."""
        return kernels.linear(hidden, self.head_weight).float()
