"""Attention over packed documents: grouped queries, QK-norm, half-split partial rotation."""

import dataclasses
import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.training import fused
from engine.training.layers import Linear, RMSNorm
from engine.training.recipe import NetworkShape

# With QK-norm the sharpest attention weight is bounded by the norms' gain: heads this small
# need more than 1.0 to pick one token out of a thousand.
SHARPNESS = 1.7
# How strongly the fastest-turning pairs of a head that looks back hold to its distance.
LOOK_BACK_PULL = (3.0, 3.0, 2.0)


@dataclasses.dataclass(frozen=True, slots=True)
class Layout:
    """Where the documents of one packed sequence begin and end, and each token's rotation."""

    lengths: tuple[int, ...]
    cos: Tensor
    sin: Tensor


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
        attend_all = fused.attend_packed if fused.is_available(q) else attend_packed
        mixed: Tensor = self.o_proj(attend_all(q, k, v, layout.lengths).flatten(1))
        return mixed


def attend_packed(q: Tensor, k: Tensor, v: Tensor, lengths: tuple[int, ...]) -> Tensor:
    """What `fused.attend_packed` does, by PyTorch, on any device."""
    group = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
    parts = [torch.split(tensor, list(lengths)) for tensor in (q, k, v)]
    return torch.cat([attend(*document) for document in zip(*parts, strict=True)])


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Causal attention within one document, all [length, heads, head_dim]."""
    q, k, v = (tensor.transpose(0, 1).unsqueeze(0) for tensor in (q, k, v))
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)[0].transpose(0, 1)


def rotary_frequencies(shape: NetworkShape) -> Tensor:
    """Angle per position of each rotated pair, [rotary_dim / 2], fp32."""
    exponents = torch.arange(0, shape.rotary_dim, 2).float() / shape.rotary_dim
    return shape.rope_theta**-exponents


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
