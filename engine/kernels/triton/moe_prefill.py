"""The experts of many tokens: rows sorted by expert, then torch's grouped matrix products.

Everything stays on the device and the number of rows is fixed (tokens times choices), so the host
never waits. FP8 weights meet activations quantized per token; each token is quantized once, before
its rows are gathered, and the activation between the products in the pass that makes it.
"""

import torch
import triton
import triton.language as tl
from torch import Tensor

from engine.kernels.reference.quantize import QuantizedRows
from engine.kernels.triton.activation import quantize_rows, silu_and_mul, silu_and_mul_quantized
from engine.kernels.triton.expert_order import order_by_expert
from engine.kernels.triton.launch import ceil_divide
from engine.kernels.triton.prefill_linear import prefill_linear, quantized_linear
from engine.kernels.triton.scaled_products import (
    grouped_mm,
    scaled_grouped_mm,
    takes_scaled_products,
)
from engine.kernels.weight import LinearWeight

_BLOCK = 1024


@triton.jit
def _combine_kernel(
    routed_ptr, places_ptr, weights_ptr, expert_ids_ptr, shared_ptr, residual_ptr, out_ptr, top_k,
    hidden_size, has_residual: tl.constexpr, block: tl.constexpr,
):  # fmt: skip
    """Grid (tiles of the hidden size, tokens): a token's rows are read once, in their order."""
    columns = tl.program_id(0) * block + tl.arange(0, block)
    token = tl.program_id(1)
    has_column = columns < hidden_size
    sums = tl.zeros((block,), tl.float32)
    for choice in range(0, top_k):
        expert = tl.load(expert_ids_ptr + token * top_k + choice)
        place = tl.load(places_ptr + token * (top_k + 1) + choice).to(tl.int64)
        weight = tl.load(weights_ptr + token * top_k + choice)
        mask = has_column & (expert >= 0)
        row = tl.load(routed_ptr + place * hidden_size + columns, mask=mask, other=0.0)
        sums += tl.where(expert >= 0, row.to(tl.float32) * weight, 0.0)
    offsets = token.to(tl.int64) * hidden_size + columns
    sums += tl.load(shared_ptr + offsets, mask=has_column, other=0.0).to(tl.float32)
    if has_residual:
        sums += tl.load(residual_ptr + offsets, mask=has_column, other=0.0).to(tl.float32)
    tl.store(out_ptr + offsets, sums.to(out_ptr.dtype.element_ty), mask=has_column)


def prefill_experts(
    hidden: Tensor,
    weights: Tensor,
    expert_ids: Tensor,
    gate_up: LinearWeight,
    down: LinearWeight,
    shared_gate_up: LinearWeight,
    shared_down: LinearWeight,
    residual: Tensor | None,
) -> Tensor:
    """`mixture_of_experts` for many tokens; shapes as there."""
    choices, num_experts = expert_ids.shape[1] + 1, down.data.shape[0]
    grouping = order_by_expert(expert_ids, num_experts)
    # The shared expert's rows lie behind those of the routed experts and take dense products; where
    # there is padding some of them are among the first, behind the last end.
    order, ends = grouping.order[: expert_ids.numel()], grouping.starts[1 : num_experts + 1]
    routed, shared = _products(
        hidden, order // choices, ends, gate_up, down, shared_gate_up, shared_down
    )
    return _combine(routed, grouping.order, weights, expert_ids, shared, residual)


def _combine(
    routed: Tensor,
    order: Tensor,
    weights: Tensor,
    expert_ids: Tensor,
    shared: Tensor,
    residual: Tensor | None,
) -> Tensor:
    """Each token's sum, from rows that lie in the order of the experts: [num_tokens, hidden]."""
    (num_tokens, hidden_size), top_k = shared.shape, expert_ids.shape[1]
    places = torch.empty_like(order)
    places[order.long()] = torch.arange(len(order), dtype=order.dtype, device=order.device)
    out = torch.empty_like(shared)
    _combine_kernel[(ceil_divide(hidden_size, _BLOCK), num_tokens)](
        routed, places, weights, expert_ids, shared, shared if residual is None else residual, out,
        top_k, hidden_size, has_residual=residual is not None, block=_BLOCK,
    )  # fmt: skip
    return out


def _products(
    hidden: Tensor,
    tokens: Tensor,
    ends: Tensor,
    gate_up: LinearWeight,
    down: LinearWeight,
    shared_gate_up: LinearWeight,
    shared_down: LinearWeight,
) -> tuple[Tensor, Tensor]:
    """Outputs of the routed experts [rows in order, hidden] and of the shared one [tokens, hidden].

    tokens: the token of each row in order; ends: as for `scaled_grouped_mm`.
    """
    if all(map(takes_scaled_products, (gate_up, down, shared_gate_up, shared_down))):
        rows = quantize_rows(hidden)
        gathered = QuantizedRows(rows.data.view(torch.uint8)[tokens], rows.scale[tokens])
        gathered = QuantizedRows(gathered.data.view(rows.data.dtype), gathered.scale)
        inner = scaled_grouped_mm(gathered, gate_up, ends, hidden.dtype)
        routed = scaled_grouped_mm(silu_and_mul_quantized(inner), down, ends, hidden.dtype)
        shared_inner = quantized_linear(rows, shared_gate_up, None, hidden)
        quantized = silu_and_mul_quantized(shared_inner)
        return routed, quantized_linear(quantized, shared_down, None, hidden)
    inner = grouped_mm(hidden[tokens], _plain(gate_up, hidden), ends)
    routed = grouped_mm(silu_and_mul(inner), _plain(down, hidden), ends)
    return routed, prefill_linear(silu_and_mul(prefill_linear(hidden, shared_gate_up)), shared_down)


def _plain(weight: LinearWeight, like: Tensor) -> LinearWeight:
    """The weight itself, or FP8 whose sides do not suit the FP8 products as plain numbers."""
    return LinearWeight(weight.widened(like.dtype))
