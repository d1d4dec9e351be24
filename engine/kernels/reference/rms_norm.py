"""Root mean square normalization (Zhang & Sennrich 2019, arXiv:1910.07467)."""

import torch
from torch import Tensor


def rms_norm(hidden: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    """Normalize the last dimension: hidden [..., width], weight [width].

    The mean square is taken in fp32, the normalized value is cast back to the type of `hidden`,
    and only then multiplied by the weight: Glm4Moe checkpoints were trained with this order.
    """
    wide = hidden.float()
    wide = wide * torch.rsqrt(wide.square().mean(dim=-1, keepdim=True) + epsilon)
    return wide.to(hidden.dtype) * weight


def add_rms_norm(
    hidden: Tensor, residual: Tensor, weight: Tensor, epsilon: float
) -> tuple[Tensor, Tensor]:
    """`rms_norm` of hidden + residual, and that sum; all [..., width]."""
    total = hidden + residual
    return rms_norm(total, weight, epsilon), total
