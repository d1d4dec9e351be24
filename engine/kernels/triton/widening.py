"""The step from a weight as it is stored to numbers that a kernel computes with.

The only place in which kernels know a weight format. A tile is `[block_rows, block_columns]` of a
row-major matrix; the factor per row of FP8 weights is applied after the sum over the columns, by
the kernels. Another format (packed int4 with group scales) is another function of this signature.
"""

import torch
import triton
import triton.language as tl
from torch import Tensor

from engine.kernels.weight import LinearWeight


@triton.jit
def load_tile(weight_ptr, rows, columns, row_stride, mask, dtype: tl.constexpr):
    """Load `[rows, columns]` and widen it to `dtype`: e4m3, bf16 and fp32 are all exact in fp32.

    e4m3 is also exact in bf16; sm_90 converts two values in one instruction.
    """
    offsets = rows[:, None] * row_stride + columns[None, :]
    return tl.load(weight_ptr + offsets, mask=mask, other=0.0).to(dtype)


@triton.jit
def load_row_scales(scale_ptr, rows, mask, has_scale: tl.constexpr):
    """The factor of each row, fp32 `[block_rows]`; ones for formats without."""
    if has_scale:
        return tl.load(scale_ptr + rows, mask=mask, other=0.0)
    return tl.full(rows.shape, 1.0, tl.float32)


def scale_argument(weight: LinearWeight) -> Tensor:
    """What is passed as `scale_ptr`: the scales, or any tensor when there are none."""
    return weight.data if weight.scale is None else weight.scale


def compute_dtype(hidden: Tensor, weight: LinearWeight) -> tl.dtype:
    """Products are of bf16 values only if both sides are exact in bf16, else of fp32 values."""
    narrow = (torch.bfloat16, torch.float8_e4m3fn)
    exact = hidden.dtype == torch.bfloat16 and weight.data.dtype in narrow
    return tl.bfloat16 if exact else tl.float32
