"""Torch's FP8 and grouped matrix products behind one signature, for prefill.

Row-wise FP8: rows have one scale each, weights one per output row. The public functions came with
torch 2.10; older names are the same kernels. On the CPU the twins compute the same arithmetic in
fp32, so that shapes, sorting and scales are tested without a GPU.
Sources: pytorch aten/src/ATen/native/cuda/ScaledBlas.cpp and GroupedBlas.cpp.
"""

import torch
from torch import Tensor
from torch.nn import functional

from engine.kernels.reference import scaled_products as twin
from engine.kernels.reference.quantize import QuantizedRows
from engine.kernels.weight import LinearWeight

_ALIGNMENT = 16


def takes_scaled_products(weight: LinearWeight) -> bool:
    """FP8 with both sides a multiple of 16, which the tensor cores' kernels ask for."""
    rows, columns = weight.data.shape[-2:]
    return weight.scale is not None and rows % _ALIGNMENT == 0 and columns % _ALIGNMENT == 0


def scaled_mm(
    rows: QuantizedRows, weight: LinearWeight, bias: Tensor | None, dtype: torch.dtype
) -> Tensor:
    """rows [num_tokens, columns] times an FP8 weight [rows, columns] plus bias, in `dtype`."""
    if weight.scale is None:
        raise TypeError("scaled_mm multiplies with FP8 weights only")
    if not rows.data.is_cuda:
        return twin.scaled_mm(rows, weight, bias, dtype)
    scales = rows.scale.unsqueeze(1), weight.scale.unsqueeze(0)
    if hasattr(functional, "scaled_mm"):
        recipe = functional.ScalingType.RowWise
        return functional.scaled_mm(
            rows.data, weight.data.T, scales[0], recipe, scales[1], recipe,
            bias=bias, output_dtype=dtype,
        )  # fmt: skip
    product: Tensor = torch._scaled_mm(
        rows.data, weight.data.T, *scales, bias=bias, out_dtype=dtype
    )
    return product


def scaled_grouped_mm(
    rows: QuantizedRows, weight: LinearWeight, ends: Tensor, dtype: torch.dtype
) -> Tensor:
    """Each group of rows times the FP8 weight [experts, rows, columns] of its expert.

    ends: int32 [experts], the row behind each expert's last; what lies behind the last end comes
    out undefined. Groups may be empty. No host synchronization.
    """
    if weight.scale is None:
        raise TypeError("scaled_grouped_mm multiplies with FP8 weights only")
    if not rows.data.is_cuda:
        return twin.scaled_grouped_mm(rows, weight, ends, dtype)
    transposed = weight.data.transpose(-2, -1)
    product: Tensor
    if hasattr(functional, "scaled_grouped_mm"):
        recipe = functional.ScalingType.RowWise
        product = functional.scaled_grouped_mm(
            rows.data, transposed, rows.scale, recipe, weight.scale, recipe,
            offs=ends, output_dtype=dtype,
        )  # fmt: skip
    else:
        product = torch._scaled_grouped_mm(
            rows.data, transposed, rows.scale, weight.scale, offs=ends, out_dtype=dtype
        )
    return product


def grouped_mm(rows: Tensor, weight: LinearWeight, ends: Tensor) -> Tensor:
    """The same for plain rows and weights of one type (bf16 on a GPU)."""
    if not rows.is_cuda:
        return twin.grouped_mm(rows, weight, ends)
    transposed = weight.data.transpose(-2, -1)
    multiply = getattr(functional, "grouped_mm", None) or torch._grouped_mm
    product: Tensor = multiply(rows, transposed, offs=ends)
    return product
