"""The second half of a sparse layer: each token's chosen experts, weighted, and the shared one."""

import torch
from torch import Tensor

from engine.kernels.reference.activation import silu_and_mul
from engine.kernels.reference.linear import linear
from engine.kernels.weight import LinearWeight


def mixture_of_experts(
    hidden: Tensor,
    weights: Tensor,
    expert_ids: Tensor,
    gate_up: LinearWeight,
    down: LinearWeight,
    shared_gate_up: LinearWeight,
    shared_down: LinearWeight,
    residual: Tensor | None = None,
) -> Tensor:
    """Routed experts, weighted and summed, plus the shared expert, unweighted, plus residual.

    hidden: [num_tokens, hidden]; weights: fp32 and expert_ids: int64 [num_tokens, top_k];
    gate_up: [num_experts, 2 * width, hidden]; down: [num_experts, hidden, width]; the shared
    expert's are [2 * shared_width, hidden] and [hidden, shared_width]. Returns [num_tokens, hidden]
    in the type of `hidden`.
    """
    routed = moe_experts(hidden, gate_up, down, weights, expert_ids)
    total = routed + swiglu(hidden, shared_gate_up, shared_down)
    return total if residual is None else total + residual


def swiglu(hidden: Tensor, gate_up: LinearWeight, down: LinearWeight) -> Tensor:
    """down(silu(gate(x)) * up(x)), gate and up as one linear: [num_tokens, hidden] to the same."""
    return linear(silu_and_mul(linear(hidden, gate_up)), down)


def moe_experts(
    hidden: Tensor,
    gate_up: LinearWeight,
    down: LinearWeight,
    weights: Tensor,
    expert_ids: Tensor,
) -> Tensor:
    """Sum of weight * expert(token) over the chosen experts of each token.

    Only chosen experts are touched, as views. A token's contributions are always added in
    ascending order of expert, so its sum does not depend on its batch mates.
    """
    if hidden.shape[0] == 1:
        return _single_token(hidden, gate_up, down, weights, expert_ids)
    result = torch.zeros_like(hidden)
    for expert in torch.unique(expert_ids).tolist():
        rows, places = torch.where(expert_ids == expert)
        output = swiglu(hidden[rows], gate_up.expert(expert), down.expert(expert))
        result.index_add_(0, rows, _scaled(output, weights[rows, places].unsqueeze(-1)))
    return result


def _single_token(
    hidden: Tensor,
    gate_up: LinearWeight,
    down: LinearWeight,
    weights: Tensor,
    expert_ids: Tensor,
) -> Tensor:
    """One token needs no grouping: the decode step of a single conversation."""
    chosen = zip(expert_ids[0].tolist(), weights[0].tolist(), strict=True)
    result: Tensor | None = None
    for expert, weight in sorted(chosen):
        output = swiglu(hidden, gate_up.expert(expert), down.expert(expert))
        scaled = (output.float() * weight).to(output.dtype)
        result = scaled if result is None else result + scaled
    return torch.zeros_like(hidden) if result is None else result


def _scaled(output: Tensor, weights: Tensor) -> Tensor:
    return (output.float() * weights).to(output.dtype)
