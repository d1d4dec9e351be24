"""The experts of many tokens: rows sorted by expert, then torch's grouped matrix products.

Everything stays on the device and the number of rows is fixed (tokens times choices), so the host
never waits. FP8 weights meet activations quantized per token; each token is quantized once, before
its rows are gathered, and the activation between the products in the pass that makes it.
"""

import torch
from torch import Tensor

from engine.kernels.reference.quantize import QuantizedRows
from engine.kernels.triton.activation import quantize_rows, silu_and_mul, silu_and_mul_quantized
from engine.kernels.triton.expert_order import order_by_expert
from engine.kernels.triton.moe_grouped import add_choices
from engine.kernels.triton.prefill_linear import prefill_linear, quantized_linear
from engine.kernels.triton.scaled_products import (
    grouped_mm,
    scaled_grouped_mm,
    takes_scaled_products,
)
from engine.kernels.weight import LinearWeight


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
    num_routed = hidden.shape[0] * (choices - 1)
    # The shared expert's rows lie behind those of the routed experts and take dense products; where
    # there is padding some of them are among the first `num_routed`, behind the last end.
    order, ends = grouping.order[:num_routed].long(), grouping.starts[1 : num_experts + 1]
    routed, shared = _products(
        hidden, order // choices, ends, gate_up, down, shared_gate_up, shared_down
    )
    token, choice = order // choices, order % choices
    routing = weights[token, choice.clamp(max=choices - 2)]
    partial = torch.empty(
        hidden.shape[0] * choices, hidden.shape[1], dtype=hidden.dtype, device=hidden.device
    )
    partial[order] = (routed.float() * routing.unsqueeze(1)).to(hidden.dtype)
    partial[choices - 1 :: choices] = shared
    return add_choices(partial, expert_ids, residual, hidden)


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
    return LinearWeight(weight.widened(like.dtype))
