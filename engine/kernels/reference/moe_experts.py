"""The routed experts: each token passes through its chosen few, weighted and summed."""

import torch
from torch import Tensor
from torch.nn import functional

from engine.kernels.reference.activation import silu_and_mul


def moe_experts(
    hidden: Tensor, gate_up: Tensor, down: Tensor, weights: Tensor, expert_ids: Tensor
) -> Tensor:
    """Sum of weight * expert(token) over the chosen experts of each token.

    hidden: [num_tokens, hidden]; gate_up: [num_experts, 2 * width, hidden];
    down: [num_experts, hidden, width]; weights: fp32 [num_tokens, top_k];
    expert_ids: int64 [num_tokens, top_k]. Returns [num_tokens, hidden] in the type of `hidden`.

    Only chosen experts are touched, as views. A token's contributions are always added in
    ascending order of expert, so its sum does not depend on its batch mates.
    """
    if hidden.shape[0] == 1:
        return _single_token(hidden, gate_up, down, weights, expert_ids)
    result = torch.zeros_like(hidden)
    for expert in torch.unique(expert_ids).tolist():
        rows, places = torch.where(expert_ids == expert)
        output = _expert(hidden[rows], gate_up[expert], down[expert])
        result.index_add_(0, rows, _scaled(output, weights[rows, places].unsqueeze(-1)))
    return result


def _single_token(
    hidden: Tensor, gate_up: Tensor, down: Tensor, weights: Tensor, expert_ids: Tensor
) -> Tensor:
    """One token needs no grouping: the decode step of a single conversation."""
    chosen = zip(expert_ids[0].tolist(), weights[0].tolist(), strict=True)
    result: Tensor | None = None
    for expert, weight in sorted(chosen):
        output = _expert(hidden, gate_up[expert], down[expert])
        scaled = (output.float() * weight).to(output.dtype)
        result = scaled if result is None else result + scaled
    return torch.zeros_like(hidden) if result is None else result


def _expert(hidden: Tensor, gate_up: Tensor, down: Tensor) -> Tensor:
    return functional.linear(silu_and_mul(functional.linear(hidden, gate_up)), down)


def _scaled(output: Tensor, weights: Tensor) -> Tensor:
    return (output.float() * weights).to(output.dtype)
