"""The experts of 9 to 64 tokens: grouped by expert, so that every weight byte is read once.

Launches: order, gate and up, down, sum. Grid of the two products: (experts with the shared one
last, tiles of the weight's rows); a program without tokens ends at once, the others keep all
tokens of their expert (at most one each, so at most 64) in one tile of 16, 32 or 64 and walk
through the weight once. Every assignment's output goes to its own row of scratch memory; the last
launch adds a token's rows in the order of its choices, so the sum does not depend on batch mates.
"""

import torch
import triton
import triton.language as tl
from torch import Tensor

from engine.kernels.triton.activation import silu
from engine.kernels.triton.expert_order import order_by_expert
from engine.kernels.triton.launch import ceil_divide, next_power_of_two
from engine.kernels.triton.tuned import TileSizes, tile_sizes
from engine.kernels.triton.widening import compute_dtype, load_row_scales, load_tile, scale_argument
from engine.kernels.weight import LinearWeight


@triton.jit
def _gate_up_tile(
    hidden_ptr, order_ptr, weight_ptr, scale_ptr, inner_ptr, first, count, choices, width,
    num_columns, inner_stride, load_weight: tl.constexpr, has_scale: tl.constexpr,
    dtype: tl.constexpr, block_rows: tl.constexpr, block_columns: tl.constexpr,
    block_tokens: tl.constexpr, stages: tl.constexpr,
):  # fmt: skip
    """silu(gate) * up of one tile of an expert's rows for all its tokens."""
    rows = tl.program_id(1) * block_rows + tl.arange(0, block_rows)
    places = tl.arange(0, block_tokens)
    has_row, has_token = rows < width, places < count
    assignments = tl.load(order_ptr + first + places, mask=has_token, other=0)
    tokens = assignments // choices
    gates = tl.zeros((block_rows, block_tokens), tl.float32)
    ups = tl.zeros((block_rows, block_tokens), tl.float32)
    for start in tl.range(0, num_columns, block_columns, num_stages=stages):
        columns = start + tl.arange(0, block_columns)
        has_column = columns < num_columns
        mask = has_row[:, None] & has_column[None, :]
        hidden = tl.load(
            hidden_ptr + tokens[None, :] * num_columns + columns[:, None],
            mask=has_token[None, :] & has_column[:, None],
            other=0.0,
        ).to(dtype)
        gate = load_weight(weight_ptr, rows, columns, num_columns, mask, dtype)
        gates = tl.dot(gate, hidden, gates, input_precision="tf32x3")
        up = load_weight(weight_ptr, rows + width, columns, num_columns, mask, dtype)
        ups = tl.dot(up, hidden, ups, input_precision="tf32x3")
    gate = gates * load_row_scales(scale_ptr, rows, has_row, has_scale)[:, None]
    up = ups * load_row_scales(scale_ptr, rows + width, has_row, has_scale)[:, None]
    inner = (silu(gate) * up).to(inner_ptr.dtype.element_ty)
    offsets = assignments[None, :] * inner_stride + rows[:, None]
    tl.store(inner_ptr + offsets, inner, mask=has_row[:, None] & has_token[None, :])


@triton.jit
def _gate_up_kernel(
    hidden_ptr, order_ptr, starts_ptr, gate_up_ptr, gate_up_scale_ptr, shared_ptr,
    shared_scale_ptr, inner_ptr, num_experts, choices, hidden_size, width, shared_width,
    inner_stride, load_weight: tl.constexpr, has_scale: tl.constexpr,
    shared_has_scale: tl.constexpr, dtype: tl.constexpr, block_rows: tl.constexpr,
    block_columns: tl.constexpr, stages: tl.constexpr, max_tokens: tl.constexpr,
):  # fmt: skip
    expert = tl.program_id(0)
    first = tl.load(starts_ptr + expert)
    count = tl.load(starts_ptr + expert + 1) - first
    if expert == num_experts:
        _gate_up_tile(
            hidden_ptr, order_ptr, shared_ptr, shared_scale_ptr, inner_ptr, first, count, choices,
            shared_width, hidden_size, inner_stride, load_weight, shared_has_scale, dtype,
            block_rows, block_columns, max_tokens, stages,
        )  # fmt: skip
    elif count > 0:
        offset = expert.to(tl.int64) * 2 * width
        weight_ptr = gate_up_ptr + offset * hidden_size
        if count <= 16:
            _gate_up_tile(
                hidden_ptr, order_ptr, weight_ptr, gate_up_scale_ptr + offset, inner_ptr, first,
                count, choices, width, hidden_size, inner_stride, load_weight, has_scale, dtype,
                block_rows, block_columns, 16, stages,
            )  # fmt: skip
        else:
            _gate_up_tile(
                hidden_ptr, order_ptr, weight_ptr, gate_up_scale_ptr + offset, inner_ptr, first,
                count, choices, width, hidden_size, inner_stride, load_weight, has_scale, dtype,
                block_rows, block_columns, max_tokens, stages,
            )  # fmt: skip


@triton.jit
def _down_tile(
    inner_ptr, order_ptr, weights_ptr, weight_ptr, scale_ptr, partial_ptr, first, count, choices,
    num_rows, num_columns, inner_stride, load_weight: tl.constexpr, has_scale: tl.constexpr,
    dtype: tl.constexpr, block_rows: tl.constexpr, block_columns: tl.constexpr,
    block_tokens: tl.constexpr, stages: tl.constexpr,
):  # fmt: skip
    """Rows of down times the activations of all tokens of an expert, times the routing weight."""
    rows = tl.program_id(1) * block_rows + tl.arange(0, block_rows)
    places = tl.arange(0, block_tokens)
    has_row, has_token = rows < num_rows, places < count
    assignments = tl.load(order_ptr + first + places, mask=has_token, other=0)
    sums = tl.zeros((block_rows, block_tokens), tl.float32)
    for start in tl.range(0, num_columns, block_columns, num_stages=stages):
        columns = start + tl.arange(0, block_columns)
        has_column = columns < num_columns
        inner = tl.load(
            inner_ptr + assignments[None, :] * inner_stride + columns[:, None],
            mask=has_token[None, :] & has_column[:, None],
            other=0.0,
        ).to(dtype)
        tile = load_weight(
            weight_ptr, rows, columns, num_columns, has_row[:, None] & has_column[None, :], dtype
        )
        sums = tl.dot(tile, inner, sums, input_precision="tf32x3")
    sums *= load_row_scales(scale_ptr, rows, has_row, has_scale)[:, None]
    choice = assignments % choices
    routing = tl.load(
        weights_ptr + (assignments // choices) * (choices - 1) + choice,
        mask=has_token & (choice < choices - 1),
        other=1.0,
    )
    offsets = assignments[None, :].to(tl.int64) * num_rows + rows[:, None]
    mask = has_row[:, None] & has_token[None, :]
    tl.store(partial_ptr + offsets, sums * routing[None, :], mask=mask)


@triton.jit
def _down_kernel(
    inner_ptr, order_ptr, starts_ptr, weights_ptr, down_ptr, down_scale_ptr, shared_ptr,
    shared_scale_ptr, partial_ptr, num_experts, choices, hidden_size, width, shared_width,
    inner_stride, load_weight: tl.constexpr, has_scale: tl.constexpr,
    shared_has_scale: tl.constexpr, dtype: tl.constexpr, block_rows: tl.constexpr,
    block_columns: tl.constexpr, stages: tl.constexpr, max_tokens: tl.constexpr,
):  # fmt: skip
    expert = tl.program_id(0)
    first = tl.load(starts_ptr + expert)
    count = tl.load(starts_ptr + expert + 1) - first
    if expert == num_experts:
        _down_tile(
            inner_ptr, order_ptr, weights_ptr, shared_ptr, shared_scale_ptr, partial_ptr, first,
            count, choices, hidden_size, shared_width, inner_stride, load_weight, shared_has_scale,
            dtype, block_rows, block_columns, max_tokens, stages,
        )  # fmt: skip
    elif count > 0:
        offset = expert.to(tl.int64) * hidden_size
        weight_ptr = down_ptr + offset * width
        if count <= 16:
            _down_tile(
                inner_ptr, order_ptr, weights_ptr, weight_ptr, down_scale_ptr + offset, partial_ptr,
                first, count, choices, hidden_size, width, inner_stride, load_weight, has_scale,
                dtype, block_rows, block_columns, 16, stages,
            )  # fmt: skip
        else:
            _down_tile(
                inner_ptr, order_ptr, weights_ptr, weight_ptr, down_scale_ptr + offset, partial_ptr,
                first, count, choices, hidden_size, width, inner_stride, load_weight, has_scale,
                dtype, block_rows, block_columns, max_tokens, stages,
            )  # fmt: skip


@triton.jit
def _add_choices_kernel(
    partial_ptr, expert_ids_ptr, residual_ptr, out_ptr, choices, hidden_size,
    has_residual: tl.constexpr, block: tl.constexpr,
):  # fmt: skip
    """Grid (tiles of the hidden size, tokens): adds a token's choices in order, without padding."""
    columns = tl.program_id(0) * block + tl.arange(0, block)
    token = tl.program_id(1)
    has_column = columns < hidden_size
    sums = tl.zeros((block,), tl.float32)
    for choice in range(0, choices):
        expert = tl.load(
            expert_ids_ptr + token * (choices - 1) + choice, mask=choice < choices - 1, other=0
        )
        partial = partial_ptr + (token * choices + choice).to(tl.int64) * hidden_size + columns
        sums += tl.load(partial, mask=has_column & (expert >= 0), other=0.0).to(tl.float32)
    offsets = token * hidden_size + columns
    if has_residual:
        sums += tl.load(residual_ptr + offsets, mask=has_column, other=0.0).to(tl.float32)
    tl.store(out_ptr + offsets, sums.to(out_ptr.dtype.element_ty), mask=has_column)


def _add_choices(
    partial: Tensor, expert_ids: Tensor, residual: Tensor | None, like: Tensor
) -> Tensor:
    """Sum of each token's rows of partial [num_tokens * (top_k + 1), hidden], plus residual.

    Rows of choices whose expert id is below 0 are left out. The type is that of `like`.
    """
    (num_tokens, top_k), hidden_size = expert_ids.shape, partial.shape[1]
    out = torch.empty(num_tokens, hidden_size, dtype=like.dtype, device=like.device)
    _add_choices_kernel[(ceil_divide(hidden_size, 1024), num_tokens)](
        partial, expert_ids, like if residual is None else residual, out, top_k + 1, hidden_size,
        has_residual=residual is not None, block=1024,
    )  # fmt: skip
    return out


def grouped_experts(
    hidden: Tensor,
    weights: Tensor,
    expert_ids: Tensor,
    gate_up: LinearWeight,
    down: LinearWeight,
    shared_gate_up: LinearWeight,
    shared_down: LinearWeight,
    residual: Tensor | None,
) -> Tensor:
    """`mixture_of_experts` for up to 64 tokens; shapes as there."""
    (num_tokens, hidden_size), choices = hidden.shape, expert_ids.shape[1] + 1
    num_experts, _, width = down.data.shape
    shared_width = shared_down.data.shape[1]
    stride = max(width, shared_width)
    inner = hidden.new_empty(num_tokens * choices, stride)
    grouping = order_by_expert(expert_ids, num_experts)
    sizes = num_experts, choices, hidden_size, width, shared_width, stride
    tiles = tile_sizes("grouped_gate_up", 2 * width, hidden_size, num_tokens, gate_up.data.dtype)
    _gate_up_kernel[(num_experts + 1, ceil_divide(stride, tiles.block_rows))](
        hidden, grouping.order, grouping.starts, gate_up.data, scale_argument(gate_up),
        shared_gate_up.data, scale_argument(shared_gate_up), inner, *sizes,
        **_constants(hidden, down, shared_down, tiles),
    )  # fmt: skip
    partial = torch.empty(num_tokens * choices, hidden_size, device=hidden.device)
    tiles = tile_sizes("grouped_down", hidden_size, width, num_tokens, down.data.dtype)
    _down_kernel[(num_experts + 1, ceil_divide(hidden_size, tiles.block_rows))](
        inner, grouping.order, grouping.starts, weights, down.data, scale_argument(down),
        shared_down.data, scale_argument(shared_down), partial, *sizes,
        **_constants(hidden, down, shared_down, tiles),
    )  # fmt: skip
    return _add_choices(partial, expert_ids, residual, hidden)


def _constants(
    hidden: Tensor, down: LinearWeight, shared_down: LinearWeight, tiles: TileSizes
) -> dict[str, object]:
    return {
        "load_weight": load_tile,
        "has_scale": down.scale is not None,
        "shared_has_scale": shared_down.scale is not None,
        "dtype": compute_dtype(hidden, down),
        "block_rows": tiles.block_rows,
        "block_columns": tiles.block_columns,
        "stages": tiles.num_stages,
        "max_tokens": max(16, next_power_of_two(hidden.shape[0])),
        "num_warps": tiles.num_warps,
    }
