"""A linear map over a weight in whatever format it has."""

from torch import Tensor
from torch.nn import functional

from engine.kernels.weight import LinearWeight


def linear(
    hidden: Tensor,
    weight: LinearWeight,
    bias: Tensor | None = None,
    residual: Tensor | None = None,
) -> Tensor:
    """hidden [num_tokens, columns] times weight [rows, columns], plus bias [rows] if there is one.

    residual [num_tokens, rows] is added to the result. Returns [num_tokens, rows] in the type of
    `hidden`.
    """
    product = functional.linear(hidden, weight.widened(hidden.dtype), bias)
    return product if residual is None else product + residual
