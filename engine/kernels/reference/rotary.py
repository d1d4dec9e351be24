"""Rotary position embedding, half-split and partial (Su et al. 2021, arXiv:2104.09864).

Glm4Moe turns the first `rotary_dim` values of each head and pairs value i with value
i + rotary_dim / 2 (not with its neighbor); the rest of the head passes through.
"""

import torch
from torch import Tensor


def rotary_frequencies(rotary_dim: int, theta: float, device: torch.device | str) -> Tensor:
    """Angle per position of each pair: theta ** (-2 i / rotary_dim), fp32 [rotary_dim / 2]."""
    # On the CPU first: on the meta device this arithmetic would load sympy, for seconds.
    exponents = torch.arange(0, rotary_dim, 2, dtype=torch.float32) / rotary_dim
    return torch.reciprocal(theta**exponents).to(device)


def rotary_cos_sin(
    positions: Tensor, frequencies: Tensor, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """Cosine and sine at each position, computed in fp32 and cast to `dtype`.

    positions: int64 [num_tokens]; returns two [num_tokens, 1, rotary_dim / 2].
    """
    angles = (positions.float().unsqueeze(-1) * frequencies).unsqueeze(1)
    return angles.cos().to(dtype), angles.sin().to(dtype)


def apply_rotary(heads: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn the first part of each head: heads [num_tokens, num_heads, head_dim]."""
    half = cos.shape[-1]
    first, second = heads[..., :half], heads[..., half : 2 * half]
    turned = (first * cos - second * sin, second * cos + first * sin, heads[..., 2 * half :])
    return torch.cat(turned, dim=-1)
