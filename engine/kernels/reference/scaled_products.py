"""Products of quantized rows with FP8 weights, in fp32: what the FP8 tensor cores compute."""

import torch
from torch import Tensor

from engine.kernels.reference.quantize import QuantizedRows
from engine.kernels.weight import LinearWeight


def scaled_mm(
    rows: QuantizedRows, weight: LinearWeight, bias: Tensor | None, dtype: torch.dtype
) -> Tensor:
    """rows [num_tokens, columns] times weight [rows, columns] plus bias: [num_tokens, rows]."""
    product = rows.widened() @ weight.widened(torch.float32).T
    if bias is not None:
        product = product + bias.float()
    return product.to(dtype)


def scaled_grouped_mm(
    rows: QuantizedRows, weight: LinearWeight, ends: Tensor, dtype: torch.dtype
) -> Tensor:
    """Each group of rows times the weight of its expert: [num_rows, rows of the weight].

    weight: [experts, rows, columns]; ends: int32 [experts], the row behind each expert's last.
    Rows behind the last end belong to nobody and come out as zeros.
    """
    return grouped_mm(rows.widened(), LinearWeight(weight.widened(torch.float32)), ends).to(dtype)


def grouped_mm(rows: Tensor, weight: LinearWeight, ends: Tensor) -> Tensor:
    """The same for rows [num_rows, columns] and weights that are plain numbers of one type."""
    out = rows.new_zeros(rows.shape[0], weight.data.shape[1])
    start = 0
    for expert, end in enumerate(ends.tolist()):
        out[start:end] = rows[start:end] @ weight.data[expert].T
        start = end
    return out
