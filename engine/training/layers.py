"""The two building blocks of every layer: the root mean square norm and the projection."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


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
