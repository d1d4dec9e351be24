"""Glm4MoeForCausalLM: the GLM-4.5 family (arXiv:2508.06471) as one forward pass over a cache."""

import torch
from torch import Tensor
from torch.nn import functional

from engine import kernels
from engine.checkpoint.config import ModelConfig
from engine.model.attention_metadata import AttentionMetadata
from engine.model.decoder_layer import DecoderLayer
from engine.model.kv_storage import KVStorage
from engine.model.mtp import MtpWeights
from engine.model.weight_allocator import WeightAllocator


class Glm4MoeForCausalLM:
    """The model without any notion of requests: packed tokens in, hidden states out."""

    def __init__(self, config: ModelConfig, allocator: WeightAllocator) -> None:
        self.config = config
        self.device = allocator.device
        self.dtype = allocator.dtype
        self.mtp: MtpWeights | None = None
        hidden_size, vocab_size = config.hidden_size, config.vocab_size
        self.embedding = allocator.matrix("model.embed_tokens.weight", vocab_size, hidden_size)
        self.layers = [
            DecoderLayer(config, layer, allocator) for layer in range(config.num_hidden_layers)
        ]
        self.norm = allocator.vector("model.norm.weight", hidden_size)
        self.head_weight = allocator.matrix("lm_head.weight", vocab_size, hidden_size)
        self._rotary_frequencies = kernels.rotary_frequencies(
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
        rotary = kernels.rotary_cos_sin(positions, self._rotary_frequencies, self.dtype)
        for layer, keys, values in zip(self.layers, kv.keys, kv.values, strict=True):
            hidden = layer.forward(hidden, rotary, keys, values, metadata)
        return kernels.rms_norm(hidden, self.norm, self.config.rms_norm_eps)

    @torch.inference_mode()
    def compute_logits(self, hidden: Tensor) -> Tensor:
        """Logits fp32 [num_rows, vocab] of hidden states [num_rows, hidden]."""
        return functional.linear(hidden, self.head_weight).float()
