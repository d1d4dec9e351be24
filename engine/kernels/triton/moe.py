"""A sparse layer's second half: the number of tokens chooses the way."""

from torch import Tensor

from engine.kernels.triton.moe_decode import decode_experts
from engine.kernels.triton.moe_grouped import grouped_experts
from engine.kernels.triton.moe_prefill import prefill_experts
from engine.kernels.weight import LinearWeight

MAX_UNSORTED_TOKENS = 8
MAX_GROUPED_TOKENS = 64


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
    expert's are [2 * shared_width, hidden] and [hidden, shared_width]. An expert id below 0 adds
    nothing. Returns [num_tokens, hidden] in the type of `hidden`.
    """
    if hidden.shape[0] <= MAX_UNSORTED_TOKENS:
        compute = decode_experts
    elif hidden.shape[0] <= MAX_GROUPED_TOKENS:
        compute = grouped_experts
    else:
        compute = prefill_experts
    return compute(
        hidden, weights, expert_ids, gate_up, down, shared_gate_up, shared_down, residual
    )
