"""How one layer's keys or values lie in the block cache: plain numbers, or eight bits with scales.

In eight bits each head's vector of each token has a scale of its own, so that writing one token
never touches another's numbers.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

LARGEST_FP8 = 448.0
_SMALLEST_SCALE = 1e-12


@dataclass(frozen=True, slots=True)
class Fp8Cache:
    """data: float8_e4m3fn [num_blocks, block_size, kv_heads, head_dim]; scale: fp32, the same
    without head_dim. A number is its data times its scale."""

    data: Tensor
    scale: Tensor

    @property
    def shape(self) -> torch.Size:
        """[num_blocks, block_size, kv_heads, head_dim]."""
        return self.data.shape


LayerCache = Tensor | Fp8Cache


def write_slots(cache: LayerCache, slots: Tensor, rows: Tensor) -> None:
    """Store rows [num_tokens, kv_heads, head_dim] in slots int64 [num_tokens] of the cache."""
    if isinstance(cache, Tensor):
        cache.flatten(0, 1).index_copy_(0, slots, rows.to(cache.dtype))
        return
    wide = rows.float()
    scale = wide.abs().amax(dim=-1).clamp(min=_SMALLEST_SCALE) / LARGEST_FP8
    data = (wide / scale.unsqueeze(-1)).to(torch.float8_e4m3fn)
    cache.scale.flatten(0, 1).index_copy_(0, slots, scale)
    # Bytes, since not every device can index eight-bit numbers.
    flat = cache.data.view(torch.uint8).flatten(0, 1)
    flat.index_copy_(0, slots, data.view(torch.uint8))


def read_blocks(cache: LayerCache, blocks: Tensor) -> Tensor:
    """The tokens of blocks int64 [num_blocks] in order: [num_tokens, kv_heads, head_dim]; fp32
    where the cache is in eight bits, else in its own type."""
    if isinstance(cache, Tensor):
        return cache.index_select(0, blocks).flatten(0, 1)
    data = cache.data.view(torch.uint8).index_select(0, blocks).view(torch.float8_e4m3fn)
    scale = cache.scale.index_select(0, blocks)
    return (data.float() * scale.unsqueeze(-1)).flatten(0, 1)
