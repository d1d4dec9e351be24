"""Root mean square normalization, with the addition before it and the quantization after it.

Grid: one program per row, which holds the whole row in registers: hidden (and residual) are read
once, the results are written once. The fused cast to FP8 is what makes row-wise FP8 products pay
off in prefill; unfused, the extra passes cost more than the products save (nanochat's log).
"""

import torch
import triton
import triton.language as tl
from torch import Tensor

from engine.kernels.reference.quantize import FLOAT8_MAX, SMALLEST_PEAK, QuantizedRows
from engine.kernels.triton.launch import next_power_of_two


@triton.jit
def store_quantized(
    values, mask, out_ptr, scale_ptr, row, width, columns,
    float8_max: tl.constexpr, smallest_peak: tl.constexpr,
):  # fmt: skip
    """Store one row of fp32 values as e4m3 and its scale: the largest value becomes 448."""
    peak = tl.max(tl.where(mask, tl.abs(values), 0.0), axis=0)
    scale = tl.maximum(peak, smallest_peak) / float8_max
    scaled = tl.minimum(tl.maximum(values / scale, -float8_max), float8_max)
    tl.store(out_ptr + row * width + columns, scaled.to(out_ptr.dtype.element_ty), mask=mask)
    tl.store(scale_ptr + row, scale)


@triton.jit
def _rms_norm_kernel(
    hidden_ptr, residual_ptr, weight_ptr, total_ptr, out_ptr, scale_ptr, width, epsilon,
    adds: tl.constexpr, quantizes: tl.constexpr, float8_max: tl.constexpr,
    smallest_peak: tl.constexpr, block_width: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)
    columns = tl.arange(0, block_width)
    mask = columns < width
    dtype: tl.constexpr = hidden_ptr.dtype.element_ty
    values = tl.load(hidden_ptr + row * width + columns, mask=mask, other=0.0).to(tl.float32)
    if adds:
        residual = tl.load(residual_ptr + row * width + columns, mask=mask, other=0.0)
        total = (values + residual.to(tl.float32)).to(dtype)
        tl.store(total_ptr + row * width + columns, total, mask=mask)
        values = total.to(tl.float32)
    mean_square = tl.sum(values * values, axis=0) / width
    # Rounded before the multiplication by the weight: the checkpoints were trained so.
    normed = (values * (1.0 / tl.sqrt(mean_square + epsilon))).to(dtype).to(tl.float32)
    weight = tl.load(weight_ptr + columns, mask=mask, other=0.0).to(tl.float32)
    normed = (normed * weight).to(dtype)
    if quantizes:
        store_quantized(
            normed.to(tl.float32), mask, out_ptr, scale_ptr, row, width, columns,
            float8_max, smallest_peak,
        )  # fmt: skip
    else:
        tl.store(out_ptr + row * width + columns, normed, mask=mask)


def rms_norm(hidden: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    """Normalize the last dimension: hidden [..., width], weight [width]."""
    hidden = hidden.contiguous()
    out = torch.empty_like(hidden)
    _launch(hidden, None, weight, out, out, None, epsilon)
    return out


def add_rms_norm(
    hidden: Tensor, residual: Tensor, weight: Tensor, epsilon: float
) -> tuple[Tensor, Tensor]:
    """`rms_norm` of hidden + residual, and that sum; all [..., width]."""
    hidden, residual = hidden.contiguous(), residual.contiguous()
    out, total = torch.empty_like(hidden), torch.empty_like(hidden)
    _launch(hidden, residual, weight, total, out, None, epsilon)
    return out, total


def rms_norm_quantized(hidden: Tensor, weight: Tensor, epsilon: float) -> QuantizedRows:
    """`rms_norm` of [rows, width] as e4m3 with one scale per row, in one pass."""
    hidden = hidden.contiguous()
    out = torch.empty_like(hidden, dtype=torch.float8_e4m3fn)
    scale = torch.empty(hidden.shape[0], dtype=torch.float32, device=hidden.device)
    _launch(hidden, None, weight, hidden, out, scale, epsilon)
    return QuantizedRows(out, scale)


def _launch(
    hidden: Tensor,
    residual: Tensor | None,
    weight: Tensor,
    total: Tensor,
    out: Tensor,
    scale: Tensor | None,
    epsilon: float,
) -> None:
    width = hidden.shape[-1]
    block_width = next_power_of_two(width)
    _rms_norm_kernel[(hidden.numel() // width,)](
        hidden, hidden if residual is None else residual, weight, total, out,
        weight if scale is None else scale, width, epsilon, adds=residual is not None,
        quantizes=scale is not None, float8_max=FLOAT8_MAX, smallest_peak=SMALLEST_PEAK,
        block_width=block_width, num_warps=8 if block_width >= 2048 else 1,
    )  # fmt: skip
