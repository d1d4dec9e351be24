"""A linear map of up to 64 rows: every weight byte is read once, straight from where it lies.

Weights stay in their format (e4m3, bf16, fp32) until they are in registers; products are summed in
fp32 (fp32 factors as three tf32 ones), and the factor per row, the bias and the residual are
applied once to the sum. More rows go
to torch's matrix products (`prefill_linear`), which are bound by arithmetic and not by bytes.

One row multiplies and reduces on the plain cores (no tensor-core tile would be filled); 2 to 64
rows take tensor-core tiles with the weight's rows as the long side. Grid: (weight row tiles,
splits of the columns). Splits serve weights with few rows, which would leave most of the device
idle; their partial sums go to scratch memory and are added in order, so the result does not depend
on who finished first. Idea: the decode GEMV of gpt-fast, and split-K with an ordered second pass.
"""

import torch
import triton
import triton.language as tl
from torch import Tensor

from engine.kernels.triton.launch import ceil_divide, next_power_of_two
from engine.kernels.triton.prefill_linear import prefill_linear
from engine.kernels.triton.tuned import TileSizes, tile_sizes
from engine.kernels.triton.widening import compute_dtype, load_row_scales, load_tile, scale_argument
from engine.kernels.weight import LinearWeight

MAX_DECODE_ROWS = 64


@triton.jit
def _finish(
    sums, mask, weight_rows, tokens, has_row, scale_ptr, bias_ptr, residual_ptr, out_ptr,
    partial_ptr, num_tokens, num_rows, has_scale: tl.constexpr, has_bias: tl.constexpr,
    has_residual: tl.constexpr, splits: tl.constexpr,
):  # fmt: skip
    """Store sums `[block_rows, block_tokens]` as partial sums or, scaled and added to, as output.

    With splits the scale, bias and residual are left to the second pass.
    """
    offsets = tokens[None, :] * num_rows + weight_rows[:, None]
    if splits > 1:
        split = tl.program_id(1)
        tl.store(partial_ptr + split * num_tokens * num_rows + offsets, sums, mask=mask)
    else:
        sums = sums * load_row_scales(scale_ptr, weight_rows, has_row, has_scale)[:, None]
        if has_bias:
            bias = tl.load(bias_ptr + weight_rows, mask=has_row, other=0.0)
            sums += bias.to(tl.float32)[:, None]
        if has_residual:
            sums += tl.load(residual_ptr + offsets, mask=mask, other=0.0).to(tl.float32)
        tl.store(out_ptr + offsets, sums.to(out_ptr.dtype.element_ty), mask=mask)


@triton.jit
def _one_row_kernel(
    hidden_ptr, weight_ptr, scale_ptr, bias_ptr, residual_ptr, out_ptr, partial_ptr,
    num_tokens, num_rows, num_columns, split_columns,
    load_weight: tl.constexpr, has_scale: tl.constexpr, has_bias: tl.constexpr,
    has_residual: tl.constexpr, splits: tl.constexpr,
    block_rows: tl.constexpr, block_columns: tl.constexpr, stages: tl.constexpr,
):  # fmt: skip
    weight_rows = tl.program_id(0) * block_rows + tl.arange(0, block_rows)
    has_row = weight_rows < num_rows
    first = tl.program_id(1) * split_columns
    end = tl.minimum(first + split_columns, num_columns)
    # The sum over the columns of a tile is left for last: lanes add up their own columns first.
    products = tl.zeros((block_rows, block_columns), tl.float32)
    for start in tl.range(first, end, block_columns, num_stages=stages):
        columns = start + tl.arange(0, block_columns)
        has_column = columns < end
        mask = has_row[:, None] & has_column[None, :]
        row = tl.load(hidden_ptr + columns, mask=has_column, other=0.0).to(tl.float32)
        tile = load_weight(weight_ptr, weight_rows, columns, num_columns, mask, tl.float32)
        products += tile * row[None, :]
    sums = tl.sum(products, axis=1)[:, None]
    tokens = tl.zeros((1,), tl.int32)
    _finish(
        sums, has_row[:, None], weight_rows, tokens, has_row, scale_ptr, bias_ptr, residual_ptr,
        out_ptr, partial_ptr, num_tokens, num_rows, has_scale, has_bias, has_residual, splits,
    )  # fmt: skip


@triton.jit
def _several_rows_kernel(
    hidden_ptr, weight_ptr, scale_ptr, bias_ptr, residual_ptr, out_ptr, partial_ptr,
    num_tokens, num_rows, num_columns, split_columns,
    load_weight: tl.constexpr, has_scale: tl.constexpr, has_bias: tl.constexpr,
    has_residual: tl.constexpr, splits: tl.constexpr, dtype: tl.constexpr,
    block_rows: tl.constexpr, block_columns: tl.constexpr, stages: tl.constexpr,
    block_tokens: tl.constexpr,
):  # fmt: skip
    weight_rows = tl.program_id(0) * block_rows + tl.arange(0, block_rows)
    tokens = tl.arange(0, block_tokens)
    has_row, has_token = weight_rows < num_rows, tokens < num_tokens
    first = tl.program_id(1) * split_columns
    end = tl.minimum(first + split_columns, num_columns)
    sums = tl.zeros((block_rows, block_tokens), tl.float32)
    for start in tl.range(first, end, block_columns, num_stages=stages):
        columns = start + tl.arange(0, block_columns)
        has_column = columns < end
        tile = load_weight(
            weight_ptr, weight_rows, columns, num_columns,
            has_row[:, None] & has_column[None, :], dtype,
        )  # fmt: skip
        rows = tl.load(
            hidden_ptr + tokens[None, :] * num_columns + columns[:, None],
            mask=has_token[None, :] & has_column[:, None],
            other=0.0,
        )
        sums = tl.dot(tile, rows.to(dtype), sums, input_precision="tf32x3")
    mask = has_row[:, None] & has_token[None, :]
    _finish(
        sums, mask, weight_rows, tokens, has_row, scale_ptr, bias_ptr, residual_ptr, out_ptr,
        partial_ptr, num_tokens, num_rows, has_scale, has_bias, has_residual, splits,
    )  # fmt: skip


@triton.jit
def _add_splits_kernel(
    partial_ptr, scale_ptr, bias_ptr, residual_ptr, out_ptr, num_tokens, num_rows,
    has_scale: tl.constexpr, has_bias: tl.constexpr, has_residual: tl.constexpr,
    splits: tl.constexpr, block_rows: tl.constexpr,
):  # fmt: skip
    """The second pass: grid (row tiles, tokens); adds the splits in order."""
    weight_rows = tl.program_id(0) * block_rows + tl.arange(0, block_rows)
    token = tl.program_id(1)
    has_row = weight_rows < num_rows
    sums = tl.zeros((block_rows,), tl.float32)
    for split in tl.static_range(splits):
        partial = partial_ptr + (split * num_tokens + token) * num_rows + weight_rows
        sums += tl.load(partial, mask=has_row, other=0.0)
    tokens = tl.zeros((1,), tl.int32) + token
    _finish(
        sums[:, None], has_row[:, None], weight_rows, tokens, has_row, scale_ptr, bias_ptr,
        residual_ptr, out_ptr, partial_ptr, num_tokens, num_rows, has_scale, has_bias,
        has_residual, 1,
    )  # fmt: skip


def linear(
    hidden: Tensor,
    weight: LinearWeight,
    bias: Tensor | None = None,
    residual: Tensor | None = None,
) -> Tensor:
    """hidden [num_tokens, columns] times weight [rows, columns], plus bias and residual.

    bias: [rows]; residual: [num_tokens, rows]. Returns [num_tokens, rows] in the type of `hidden`.
    """
    num_tokens, num_rows = hidden.shape[0], weight.data.shape[0]
    if num_tokens > MAX_DECODE_ROWS:
        return prefill_linear(hidden, weight, bias, residual)
    hidden = hidden.contiguous()
    tiles = tile_sizes("linear", num_rows, hidden.shape[1], num_tokens, weight.data.dtype)
    out = torch.empty(num_tokens, num_rows, dtype=hidden.dtype, device=hidden.device)
    partial = _multiply(hidden, weight, bias, residual, out, tiles)
    if tiles.splits > 1:
        _add_splits_kernel[(ceil_divide(num_rows, 256), num_tokens)](
            partial, scale_argument(weight), _or(bias, out), _or(residual, out), out,
            num_tokens, num_rows,
            has_scale=weight.scale is not None, has_bias=bias is not None,
            has_residual=residual is not None, splits=tiles.splits, block_rows=256,
        )  # fmt: skip
    return out


def partial_products(hidden: Tensor, weight: LinearWeight, tiles: TileSizes) -> Tensor:
    """Unscaled sums over each split of the columns: fp32 [splits, num_tokens, rows].

    For kernels that add up the splits themselves. `tiles.splits` must be above 1.
    """
    return _multiply(hidden, weight, None, None, hidden, tiles)


def _multiply(
    hidden: Tensor,
    weight: LinearWeight,
    bias: Tensor | None,
    residual: Tensor | None,
    out: Tensor,
    tiles: TileSizes,
) -> Tensor:
    """The first pass; fills `out`, or the returned partial sums when there are splits."""
    num_tokens, num_columns = hidden.shape
    num_rows = weight.data.shape[0]
    partial = out
    if tiles.splits > 1:
        shape = (tiles.splits, num_tokens, num_rows)
        partial = torch.empty(shape, dtype=torch.float32, device=hidden.device)
    split_columns = ceil_divide(ceil_divide(num_columns, tiles.splits), tiles.block_columns)
    arguments = {
        "load_weight": load_tile,
        "has_scale": weight.scale is not None,
        "has_bias": bias is not None,
        "has_residual": residual is not None,
        "splits": tiles.splits,
        "block_rows": tiles.block_rows,
        "block_columns": tiles.block_columns,
        "stages": tiles.num_stages,
        "num_warps": tiles.num_warps,
    }
    kernel = _one_row_kernel
    if num_tokens > 1:
        kernel = _several_rows_kernel
        arguments["dtype"] = compute_dtype(hidden, weight)
        arguments["block_tokens"] = max(16, next_power_of_two(num_tokens))
    kernel[(ceil_divide(num_rows, tiles.block_rows), tiles.splits)](
        hidden, weight.data, scale_argument(weight), _or(bias, out), _or(residual, out), out,
        partial, num_tokens, num_rows, num_columns, split_columns * tiles.block_columns,
        **arguments,
    )  # fmt: skip
    return partial


def _or(tensor: Tensor | None, placeholder: Tensor) -> Tensor:
    return placeholder if tensor is None else tensor
