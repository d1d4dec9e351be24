"""A linear map of many rows: bound by arithmetic, so the matrix products are torch's."""

from torch import Tensor
from torch.nn import functional

from engine.kernels.reference.quantize import QuantizedRows
from engine.kernels.triton.activation import quantize_rows
from engine.kernels.triton.scaled_products import scaled_mm, takes_scaled_products
from engine.kernels.weight import LinearWeight


def prefill_linear(
    hidden: Tensor,
    weight: LinearWeight,
    bias: Tensor | None = None,
    residual: Tensor | None = None,
) -> Tensor:
    """hidden [num_tokens, columns] times weight [rows, columns], plus bias and residual.

    FP8 weights meet activations that are rounded to e4m3 per token, as the checkpoints expect.
    """
    if not takes_scaled_products(weight):
        out = functional.linear(hidden, weight.widened(hidden.dtype), bias)
    else:
        out = scaled_mm(quantize_rows(hidden), weight, bias, hidden.dtype)
    return out if residual is None else out + residual


def quantized_linear(
    rows: QuantizedRows, weight: LinearWeight, bias: Tensor | None, like: Tensor
) -> Tensor:
    """The same for rows that a fused kernel has quantized; the result has the type of `like`."""
    return scaled_mm(rows, weight, bias, like.dtype)
