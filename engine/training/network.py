"""The trainable Glm4Moe network: fp32 master weights, computed in bf16, over packed documents.

Parameters carry the published names, except that the experts of a layer are stacked into two
tensors (`mlp.experts.gate_up_proj`, `mlp.experts.down_proj`), which `export` takes apart.
Knows nothing of text, of the optimizer and of files.
"""

import dataclasses
import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.training.experts import mix_experts
from engine.training.recipe import NetworkShape

# With QK-norm the sharpest attention weight is bounded by the norms' gain: heads of 32 dimensions
# need more than 1.0 to pick one token out of a thousand.
SHARPNESS = 1.7
EMBEDDING_SCALE, HEAD_SCALE, HEAD_GAIN = 0.5, 0.04, 2.0
# How strongly the fastest-turning pairs of a head that looks back hold to its distance.
LOOK_BACK_PULL = (3.0, 3.0, 2.0)


@dataclasses.dataclass(frozen=True, slots=True)
class Layout:
    """Where the documents of one packed sequence begin and end, and each token's rotation."""

    lengths: tuple[int, ...]
    cos: Tensor
    sin: Tensor


class NormalizeRows(torch.autograd.Function):
    """x / sqrt(mean(x^2) + eps) over the last dimension, in fp32, returned in x's dtype."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, eps: float) -> Tensor:  # noqa: D102
        wide = x.float()
        inverse = wide.square().mean(-1, keepdim=True).add_(eps).rsqrt_()
        normalized = wide.mul(inverse)
        ctx.save_for_backward(normalized, inverse)
        return normalized.to(x.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:  # noqa: D102
        normalized, inverse = ctx.saved_tensors
        wide = grad.float()
        projection = (wide * normalized).mean(-1, keepdim=True)
        result = torch.addcmul(wide, normalized, projection, value=-1.0).mul_(inverse)
        return result.to(grad.dtype), None


class RMSNorm(nn.Module):
    """Root mean square norm: normalize in fp32, cast back, then multiply by the weight."""

    def __init__(self, size: int, eps: float, gain: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((size,), gain))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """[..., size] to the same shape and dtype."""
        normalized: Tensor = NormalizeRows.apply(x, self.eps)  # type: ignore[no-untyped-call]
        return normalized * self.weight.to(x.dtype)


class Linear(nn.Module):
    """A projection whose fp32 weight is cast to the input's dtype."""

    def __init__(self, inputs: int, outputs: int, *, bias: bool = False) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        """[n, inputs] to [n, outputs]."""
        bias = None if self.bias is None else self.bias.to(x.dtype)
        return F.linear(x, self.weight.to(x.dtype), bias)


class Attention(nn.Module):
    """Grouped-query attention with QK-norm and half-split partial rotation, document by document.

    Each document is attended to alone, so that nothing leaks between neighbors of a batch.
    """

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.num_attention_heads * shape.head_dim
        narrow = shape.num_key_value_heads * shape.head_dim
        self.q_proj = Linear(shape.hidden_size, width, bias=True)
        self.k_proj = Linear(shape.hidden_size, narrow, bias=True)
        self.v_proj = Linear(shape.hidden_size, narrow, bias=True)
        self.o_proj = Linear(width, shape.hidden_size)
        self.q_norm = RMSNorm(shape.head_dim, shape.rms_norm_eps, SHARPNESS)
        self.k_norm = RMSNorm(shape.head_dim, shape.rms_norm_eps, SHARPNESS)

    def forward(self, x: Tensor, layout: Layout) -> Tensor:
        """[n, hidden] to [n, hidden]."""
        heads = (x.shape[0], -1, self.shape.head_dim)
        q = rotate(self.q_norm(self.q_proj(x).view(heads)), layout)
        k = rotate(self.k_norm(self.k_proj(x).view(heads)), layout)
        v = self.v_proj(x).view(heads)
        group = self.shape.num_attention_heads // self.shape.num_key_value_heads
        k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
        parts = [torch.split(tensor, list(layout.lengths)) for tensor in (q, k, v)]
        attended = [attend(*document) for document in zip(*parts, strict=True)]
        mixed: Tensor = self.o_proj(torch.cat(attended).flatten(1))
        return mixed


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Causal attention within one document, all [length, heads, head_dim]."""
    q, k, v = (tensor.transpose(0, 1).unsqueeze(0) for tensor in (q, k, v))
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)[0].transpose(0, 1)


class DenseMlp(nn.Module):
    """SwiGLU."""

    def __init__(self, hidden: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = Linear(hidden, inner)
        self.up_proj = Linear(hidden, inner)
        self.down_proj = Linear(inner, hidden)

    def forward(self, x: Tensor) -> Tensor:
        """[n, hidden] to [n, hidden]."""
        projected: Tensor = self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))
        return projected


class Router(nn.Module):
    """Sigmoid scores in fp32; the bias takes part in the choice only, never in the weights."""

    e_score_correction_bias: Tensor

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(shape.n_routed_experts, shape.hidden_size))
        self.register_buffer("e_score_correction_bias", torch.zeros(shape.n_routed_experts))
        self.slots, self.scaling = shape.num_experts_per_tok, shape.routed_scaling_factor

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """[n, hidden] to the weights and the numbers of the chosen experts, [n, k] each."""
        scores = F.linear(x.float(), self.weight).sigmoid()
        chosen = (scores.detach() + self.e_score_correction_bias).topk(self.slots, -1).indices
        weights = scores.gather(1, chosen)
        weights = weights / (weights.sum(-1, keepdim=True) + 1e-20) * self.scaling
        return weights, chosen


class Experts(nn.Module):
    """The routed experts' matrices, stacked; `gate_up_proj` holds gate at 0 and up at 1."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        count, inner = shape.n_routed_experts, shape.moe_intermediate_size
        self.gate_up_proj = nn.Parameter(torch.empty(count, 2, inner, shape.hidden_size))
        self.down_proj = nn.Parameter(torch.empty(count, shape.hidden_size, inner))


class MixtureMlp(nn.Module):
    """Routed experts plus the ungated shared expert; remembers the load for the bias update."""

    load: Tensor

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.gate = Router(shape)
        self.experts = Experts(shape)
        shared_inner = shape.moe_intermediate_size * shape.n_shared_experts
        self.shared_experts = DenseMlp(shape.hidden_size, shared_inner)
        self.register_buffer("load", torch.zeros(shape.n_routed_experts), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """[n, hidden] to [n, hidden]."""
        weights, chosen = self.gate(x)
        self.load = chosen.flatten().bincount(minlength=self.load.numel()).float()
        routed = mix_experts(
            x,
            weights.to(x.dtype),
            chosen,
            self.experts.gate_up_proj.to(x.dtype),
            self.experts.down_proj.to(x.dtype),
        )
        shared: Tensor = self.shared_experts(x)
        return routed + shared


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


def rotary_frequencies(shape: NetworkShape) -> Tensor:
    """Angle per position of each rotated pair, [rotary_dim / 2], fp32."""
    exponents = torch.arange(0, shape.rotary_dim, 2).float() / shape.rotary_dim
    return shape.rope_theta**-exponents


def random_rotation(size: int) -> Tensor:
    """An orthogonal matrix [size, size], the same in every run."""
    noise = torch.randn(size, size, generator=torch.Generator().manual_seed(size))
    rotation: Tensor = torch.linalg.qr(noise)[0]
    return rotation


def rotate(x: Tensor, layout: Layout) -> Tensor:
    """Rotate the leading dimensions of each head [n, heads, head_dim], pairing i with i + half."""
    half = layout.cos.shape[-1]
    first, second, rest = torch.split(x, [half, half, x.shape[-1] - 2 * half], -1)
    return torch.cat(
        [
            first * layout.cos - second * layout.sin,
            second * layout.cos + first * layout.sin,
            rest,
        ],
        -1,
    )


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


def look_back(attention: Attention, frequencies: Tensor) -> None:
    """Let half of the heads begin by looking one, two, three … tokens back.

    A key's bias and a query's bias that is turned back by the distance meet where the rotation of
    the positions between them makes up for it. Training is free to change that.
    """
    shape = attention.shape
    group = shape.num_attention_heads // shape.num_key_value_heads
    queries = attention.q_proj.bias.view(shape.num_attention_heads, -1)  # type: ignore[union-attr]
    keys = attention.k_proj.bias.view(shape.num_key_value_heads, -1)  # type: ignore[union-attr]
    for head in range(shape.num_attention_heads // 2):
        for pair, pull in enumerate(LOOK_BACK_PULL):
            angle = float(frequencies[pair]) * (head + 1)
            keys[head // group, pair] = pull
            queries[head, pair] = pull * math.cos(angle)
            queries[head, pair + frequencies.numel()] = -pull * math.sin(angle)
