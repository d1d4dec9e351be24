"""SwiGLU's activation, alone or with the cast to FP8 in the same pass.

Grid: one program per row. Gate and up are read once and only their product is written.
"""

import torch
import triton
import triton.language as tl
from torch import Tensor

from engine.kernels.reference.quantize import FLOAT8_MAX, SMALLEST_PEAK, QuantizedRows
from engine.kernels.triton.launch import next_power_of_two
from engine.kernels.triton.rms_norm import store_quantized


@triton.jit
def silu(gate):
    """gate * sigmoid(gate), fp32."""
    return gate / (1.0 + tl.exp(-gate))


@triton.jit
def _silu_and_mul_kernel(
    gate_up_ptr, out_ptr, scale_ptr, width, quantizes: tl.constexpr,
    float8_max: tl.constexpr, smallest_peak: tl.constexpr, block_width: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)
    columns = tl.arange(0, block_width)
    mask = columns < width
    dtype: tl.constexpr = gate_up_ptr.dtype.element_ty
    first = gate_up_ptr + row * 2 * width + columns
    gate = tl.load(first, mask=mask, other=0.0).to(tl.float32)
    up = tl.load(first + width, mask=mask, other=0.0).to(tl.float32)
    product = (silu(gate).to(dtype).to(tl.float32) * up).to(dtype)
    if quantizes:
        store_quantized(
            product.to(tl.float32), mask, out_ptr, scale_ptr, row, width, columns,
            float8_max, smallest_peak,
        )  # fmt: skip
    else:
        tl.store(out_ptr + row * width + columns, product, mask=mask)


@triton.jit
def _quantize_kernel(
    hidden_ptr, out_ptr, scale_ptr, width, float8_max: tl.constexpr,
    smallest_peak: tl.constexpr, block_width: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)
    columns = tl.arange(0, block_width)
    mask = columns < width
    values = tl.load(hidden_ptr + row * width + columns, mask=mask, other=0.0).to(tl.float32)
    store_quantized(
        values, mask, out_ptr, scale_ptr, row, width, columns, float8_max, smallest_peak
    )


def silu_and_mul(gate_up: Tensor) -> Tensor:
    """silu(gate) * up for rows that hold gate and up side by side: [..., 2 * width] to half."""
    width = gate_up.shape[-1] // 2
    gate_up = gate_up.contiguous()
    out = gate_up.new_empty(*gate_up.shape[:-1], width)
    block_width = next_power_of_two(width)
    _silu_and_mul_kernel[(gate_up.numel() // (2 * width),)](
        gate_up, out, out, width, quantizes=False, float8_max=FLOAT8_MAX,
        smallest_peak=SMALLEST_PEAK, block_width=block_width, num_warps=_num_warps(block_width),
    )  # fmt: skip
    return out


def silu_and_mul_quantized(gate_up: Tensor) -> QuantizedRows:
    """`silu_and_mul` of [rows, 2 * width] as e4m3 with one scale per row, in one pass."""
    num_rows, width = gate_up.shape[0], gate_up.shape[1] // 2
    rows = _empty_rows(gate_up, num_rows, width)
    block_width = next_power_of_two(width)
    _silu_and_mul_kernel[(num_rows,)](
        gate_up.contiguous(), rows.data, rows.scale, width, quantizes=True,
        float8_max=FLOAT8_MAX, smallest_peak=SMALLEST_PEAK, block_width=block_width,
        num_warps=_num_warps(block_width),
    )  # fmt: skip
    return rows


def quantize_rows(hidden: Tensor) -> QuantizedRows:
    """hidden [rows, columns] rounded to e4m3 with one scale per row."""
    num_rows, width = hidden.shape
    rows = _empty_rows(hidden, num_rows, width)
    block_width = next_power_of_two(width)
    _quantize_kernel[(num_rows,)](
        hidden.contiguous(), rows.data, rows.scale, width, float8_max=FLOAT8_MAX,
        smallest_peak=SMALLEST_PEAK, block_width=block_width, num_warps=_num_warps(block_width),
    )  # fmt: skip
    return rows


def _empty_rows(like: Tensor, num_rows: int, width: int) -> QuantizedRows:
    data = torch.empty(num_rows, width, dtype=torch.float8_e4m3fn, device=like.device)
    return QuantizedRows(data, torch.empty(num_rows, dtype=torch.float32, device=like.device))


def _num_warps(block_width: int) -> int:
    return 8 if block_width >= 2048 else 2
