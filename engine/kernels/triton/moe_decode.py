"""The experts of up to 8 tokens, without sorting: each program finds its own expert.

Two launches for the routed experts, the shared one (the choice number `top_k`, weight 1), SiLU,
routing weights, sum and residual:

* gate and up: grid (assignments, tiles of the width). An assignment is (token, choice); its program
  reads the expert's rows of gate and up once. Tokens that share an expert meet in the L2 cache.
* down: grid (tiles of the hidden size, tokens). A program walks through the choices of its token in
  order, so the sum has a fixed order and needs neither atomics nor scratch memory.

An expert id below 0 is padding: nothing is read for it and it adds nothing. Source of the idea:
gpt-fast reads only the chosen experts' weights at batch 1; here without the gathered copy.
"""

import torch
import triton
import triton.language as tl
from torch import Tensor

from engine.kernels.triton.activation import silu
from engine.kernels.triton.launch import ceil_divide
from engine.kernels.triton.tuned import tile_sizes
from engine.kernels.triton.widening import load_row_scales, load_tile, scale_argument
from engine.kernels.weight import LinearWeight


@triton.jit
def _gate_up_rows(
    row_ptr, weight_ptr, scale_ptr, inner_ptr, width, num_columns,
    load_weight: tl.constexpr, has_scale: tl.constexpr,
    block_rows: tl.constexpr, block_columns: tl.constexpr, stages: tl.constexpr,
):  # fmt: skip
    """One tile of silu(gate) * up of one expert [2 * width, columns] for one token."""
    rows = tl.program_id(1) * block_rows + tl.arange(0, block_rows)
    has_row = rows < width
    gates = tl.zeros((block_rows, block_columns), tl.float32)
    ups = tl.zeros((block_rows, block_columns), tl.float32)
    for start in tl.range(0, num_columns, block_columns, num_stages=stages):
        columns = start + tl.arange(0, block_columns)
        has_column = columns < num_columns
        mask = has_row[:, None] & has_column[None, :]
        row = tl.load(row_ptr + columns, mask=has_column, other=0.0).to(tl.float32)
        gate = load_weight(weight_ptr, rows, columns, num_columns, mask, tl.float32)
        up = load_weight(weight_ptr, rows + width, columns, num_columns, mask, tl.float32)
        gates += gate * row[None, :]
        ups += up * row[None, :]
    gate = tl.sum(gates, axis=1) * load_row_scales(scale_ptr, rows, has_row, has_scale)
    up = tl.sum(ups, axis=1) * load_row_scales(scale_ptr, rows + width, has_row, has_scale)
    inner = (silu(gate) * up).to(inner_ptr.dtype.element_ty)
    tl.store(inner_ptr + rows, inner, mask=has_row)


@triton.jit
def _gate_up_kernel(
    hidden_ptr, expert_ids_ptr, gate_up_ptr, gate_up_scale_ptr, shared_ptr, shared_scale_ptr,
    inner_ptr, top_k, hidden_size, width, shared_width, inner_stride,
    load_weight: tl.constexpr, has_scale: tl.constexpr, shared_has_scale: tl.constexpr,
    block_rows: tl.constexpr, block_columns: tl.constexpr, stages: tl.constexpr,
):  # fmt: skip
    assignment = tl.program_id(0)
    token, choice = assignment // (top_k + 1), assignment % (top_k + 1)
    row_ptr = hidden_ptr + token * hidden_size
    out_ptr = inner_ptr + assignment * inner_stride
    if choice == top_k:
        _gate_up_rows(
            row_ptr, shared_ptr, shared_scale_ptr, out_ptr, shared_width, hidden_size,
            load_weight, shared_has_scale, block_rows, block_columns, stages,
        )  # fmt: skip
    else:
        expert = tl.load(expert_ids_ptr + token * top_k + choice).to(tl.int64)
        if expert >= 0:
            _gate_up_rows(
                row_ptr, gate_up_ptr + expert * 2 * width * hidden_size,
                gate_up_scale_ptr + expert * 2 * width, out_ptr, width, hidden_size,
                load_weight, has_scale, block_rows, block_columns, stages,
            )  # fmt: skip


@triton.jit
def _down_kernel(
    inner_ptr, expert_ids_ptr, weights_ptr, down_ptr, down_scale_ptr, shared_ptr, shared_scale_ptr,
    residual_ptr, out_ptr, top_k, hidden_size, width, shared_width, inner_stride,
    load_weight: tl.constexpr, has_scale: tl.constexpr, shared_has_scale: tl.constexpr,
    has_residual: tl.constexpr, block_rows: tl.constexpr, block_columns: tl.constexpr,
    stages: tl.constexpr,
):  # fmt: skip
    rows = tl.program_id(0) * block_rows + tl.arange(0, block_rows)
    token = tl.program_id(1)
    has_row = rows < hidden_size
    first_inner = inner_ptr + token * (top_k + 1) * inner_stride
    sums = tl.zeros((block_rows,), tl.float32)
    # One loop over (choice, tile), so that the next expert's first tiles are already in flight.
    tiles = tl.cdiv(width, block_columns)
    for step in tl.range(0, top_k * tiles, 1, num_stages=stages):
        choice = step // tiles
        columns = (step % tiles) * block_columns + tl.arange(0, block_columns)
        expert = tl.load(expert_ids_ptr + token * top_k + choice).to(tl.int64)
        has_column = (columns < width) & (expert >= 0)
        weight = tl.load(weights_ptr + token * top_k + choice)
        inner = tl.load(
            first_inner + choice * inner_stride + columns, mask=has_column, other=0.0
        ).to(tl.float32)
        tile = load_weight(
            down_ptr + expert * hidden_size * width, rows, columns, width,
            has_row[:, None] & has_column[None, :], tl.float32,
        )  # fmt: skip
        scales = load_row_scales(
            down_scale_ptr + expert * hidden_size, rows, has_row & (expert >= 0), has_scale
        )
        product = tl.sum(tile * inner[None, :], axis=1)
        sums += tl.where(expert >= 0, product * (scales * weight), 0.0)
    shared_inner = first_inner + top_k * inner_stride
    products = tl.zeros((block_rows, block_columns), tl.float32)
    for start in tl.range(0, shared_width, block_columns, num_stages=stages):
        columns = start + tl.arange(0, block_columns)
        has_column = columns < shared_width
        inner = tl.load(shared_inner + columns, mask=has_column, other=0.0).to(tl.float32)
        tile = load_weight(
            shared_ptr, rows, columns, shared_width, has_row[:, None] & has_column[None, :],
            tl.float32,
        )  # fmt: skip
        products += tile * inner[None, :]
    scales = load_row_scales(shared_scale_ptr, rows, has_row, shared_has_scale)
    sums += tl.sum(products, axis=1) * scales
    offsets = token * hidden_size + rows
    if has_residual:
        sums += tl.load(residual_ptr + offsets, mask=has_row, other=0.0).to(tl.float32)
    tl.store(out_ptr + offsets, sums.to(out_ptr.dtype.element_ty), mask=has_row)


def decode_experts(
    hidden: Tensor,
    weights: Tensor,
    expert_ids: Tensor,
    gate_up: LinearWeight,
    down: LinearWeight,
    shared_gate_up: LinearWeight,
    shared_down: LinearWeight,
    residual: Tensor | None,
) -> Tensor:
    """`mixture_of_experts` for a few tokens; shapes as there."""
    (num_tokens, hidden_size), top_k = hidden.shape, expert_ids.shape[1]
    width, shared_width = down.data.shape[2], shared_down.data.shape[1]
    stride = max(width, shared_width)
    inner = hidden.new_empty(num_tokens * (top_k + 1), stride)
    formats = {
        "load_weight": load_tile,
        "has_scale": down.scale is not None,
        "shared_has_scale": shared_down.scale is not None,
    }
    tiles = tile_sizes("expert_gate_up", 2 * width, hidden_size, 1, gate_up.data.dtype)
    _gate_up_kernel[(num_tokens * (top_k + 1), ceil_divide(stride, tiles.block_rows))](
        hidden, expert_ids, gate_up.data, scale_argument(gate_up), shared_gate_up.data,
        scale_argument(shared_gate_up), inner, top_k, hidden_size, width, shared_width, stride,
        **formats, block_rows=tiles.block_rows, block_columns=tiles.block_columns,
        stages=tiles.num_stages, num_warps=tiles.num_warps,
    )  # fmt: skip
    out = torch.empty_like(hidden)
    tiles = tile_sizes("expert_down", hidden_size, width, 1, down.data.dtype)
    _down_kernel[(ceil_divide(hidden_size, tiles.block_rows), num_tokens)](
        inner, expert_ids, weights, down.data, scale_argument(down), shared_down.data,
        scale_argument(shared_down), hidden if residual is None else residual, out, top_k,
        hidden_size, width, shared_width, stride, **formats, has_residual=residual is not None,
        block_rows=tiles.block_rows, block_columns=tiles.block_columns, stages=tiles.num_stages,
        num_warps=tiles.num_warps,
    )  # fmt: skip
    return out
