"""The trainable Glm4Moe network: fp32 master weights, computed in bf16, over packed documents.

Parameters carry the published names, except that the experts of a layer are stacked into two
tensors (`mlp.experts.gate_up_proj`, `mlp.experts.down_proj`), which `export` takes apart.
Knows nothing of text, of the optimizer and of files.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.training.attention import Attention, Layout, look_back, rotary_frequencies
from engine.training.feed_forward import DenseMlp, MixtureMlp
from engine.training.layers import Linear, RMSNorm
from engine.training.recipe import NetworkShape

EMBEDDING_SCALE, HEAD_SCALE, HEAD_GAIN = 0.5, 0.04, 2.0


class DecoderLayer(nn.Module):
    """Norm, attention, add; norm, MLP or mixture, add."""

    def __init__(self, shape: NetworkShape, *, dense: bool) -> None:
        super().__init__()
        self.input_layernorm = RMSNorm(shape.hidden_size, shape.rms_norm_eps)
        self.self_attn = Attention(shape)
        self.post_attention_layernorm = RMSNorm(shape.hidden_size, shape.rms_norm_eps)
        self.mlp = (
            DenseMlp(shape.hidden_size, shape.intermediate_size) if dense else MixtureMlp(shape)
        )

    def forward(self, x: Tensor, layout: Layout) -> Tensor:
        """[n, hidden] to [n, hidden]."""
        x = x + self.self_attn(self.input_layernorm(x), layout)
        deepened: Tensor = x + self.mlp(self.post_attention_layernorm(x))
        return deepened


class MtpLayer(DecoderLayer):
    """The layer that predicts one token further (research: GLM-4.5 model files, DeepSeek-V3)."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__(shape, dense=False)
        self.enorm = RMSNorm(shape.hidden_size, shape.rms_norm_eps)
        self.hnorm = RMSNorm(shape.hidden_size, shape.rms_norm_eps)
        self.eh_proj = Linear(2 * shape.hidden_size, shape.hidden_size)
        self.shared_head = nn.ModuleDict(
            {"norm": RMSNorm(shape.hidden_size, shape.rms_norm_eps, HEAD_GAIN)}
        )

    def draft(self, next_embedding: Tensor, hidden: Tensor, layout: Layout) -> Tensor:
        """The normed hidden state that predicts the token after the next one, [n, hidden]."""
        joined = torch.cat([self.enorm(next_embedding), self.hnorm(hidden)], -1)
        drafted: Tensor = self.shared_head["norm"](self(self.eh_proj(joined), layout))
        return drafted


class Glm4MoeNetwork(nn.Module):
    """The whole network. Layer `num_hidden_layers` of `model.layers` is the MTP layer."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.shape = shape
        layers: list[nn.Module] = [
            DecoderLayer(shape, dense=number < shape.first_k_dense_replace)
            for number in range(shape.num_hidden_layers)
        ]
        self.model = nn.ModuleDict(
            {
                "embed_tokens": nn.Embedding(shape.vocab_size, shape.hidden_size),
                "layers": nn.ModuleList([*layers, MtpLayer(shape)]),
                "norm": RMSNorm(shape.hidden_size, shape.rms_norm_eps, HEAD_GAIN),
            }
        )
        frequencies = rotary_frequencies(shape)
        self.register_buffer("frequencies", frequencies, persistent=False)
        rotation = random_rotation(shape.hidden_size) * (HEAD_SCALE / EMBEDDING_SCALE)
        self.register_buffer("head_rotation", rotation, persistent=False)

    def embed(self, ids: Tensor, dtype: torch.dtype) -> Tensor:
        """Token ids [n] to embeddings [n, hidden]."""
        return F.embedding(ids, self.get_parameter("model.embed_tokens.weight").to(dtype))

    @property
    def head_weight(self) -> Tensor:
        """The output head [vocab, hidden]: the embedding, rotated and made smaller.

        One matrix for reading and writing makes copying a word one task for all words, which was
        learned in 80 steps; with a head of its own it was not begun after 150. The rotation keeps
        a token from predicting itself at the start, as a plainly tied head does.
        """
        return self.get_parameter("model.embed_tokens.weight") @ self.get_buffer("head_rotation")

    def lay_out(self, lengths: tuple[int, ...], dtype: torch.dtype) -> Layout:
        """The layout of documents of these lengths, in tokens."""
        positions = torch.cat([torch.arange(length) for length in lengths]).float()
        angles = torch.outer(positions, self.get_buffer("frequencies")).unsqueeze(1)
        return Layout(lengths, angles.cos().to(dtype), angles.sin().to(dtype))

    def forward(self, embedded: Tensor, layout: Layout) -> Tensor:
        """Embeddings [n, hidden] to hidden states after the final norm, [n, hidden]."""
        hidden = embedded
        for layer in self.decoder_layers():
            hidden = layer(hidden, layout)
        normed: Tensor = self.model["norm"](hidden)
        return normed

    def decoder_layers(self) -> list[DecoderLayer]:
        """The layers of the main path, without the MTP layer."""
        return list(self.model["layers"])[:-1]  # type: ignore[call-overload,no-any-return]

    @property
    def mtp(self) -> MtpLayer:
        """The MTP layer."""
        layer = self.model["layers"][-1]  # type: ignore[index]
        assert isinstance(layer, MtpLayer)
        return layer

    def mixtures(self) -> list[MixtureMlp]:
        """Every mixture of experts, the MTP layer's last."""
        return [module for module in self.modules() if isinstance(module, MixtureMlp)]


def random_rotation(size: int) -> Tensor:
    """An orthogonal matrix [size, size], the same in every run."""
    noise = torch.randn(size, size, generator=torch.Generator().manual_seed(size))
    rotation: Tensor = torch.linalg.qr(noise)[0]
    return rotation


def initialize(network: Glm4MoeNetwork, seed: int) -> None:
    """Fill every matrix reproducibly.

    Projections back into the residual stream begin at zero, and half of the heads begin by looking
    at their nearest neighbors.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(network.named_parameters()):
            if parameter.dim() < 2:
                continue
            if name.endswith(("o_proj.weight", "down_proj.weight", "down_proj")):
                parameter.zero_()
            else:
                scale = (
                    EMBEDDING_SCALE
                    if "embed_tokens" in name
                    else 0.7 / math.sqrt(parameter.shape[-1])
                )
                parameter.normal_(0.0, scale, generator=generator)
        for layer in (*network.decoder_layers(), network.mtp):
            look_back(layer.self_attn, network.get_buffer("frequencies"))
