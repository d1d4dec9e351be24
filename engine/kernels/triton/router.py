"""The choice of experts: fp32 logits in one launch, everything behind them in a second.

The logits of a few rows are sums over slices of the hidden size by many programs (128 rows of
weight alone would occupy few processors); the second launch (grid: tokens) adds the slices in
order, takes sigmoids, picks the highest scores one after another and weighs them. Scores, bias and
weights are fp32 throughout; the bias only chooses. Of equal scores the lower expert wins. A row
that is not a number still names distinct, valid experts, so it harms nobody but itself.
"""

from dataclasses import replace

import torch
import triton
import triton.language as tl
from torch import Tensor
from torch.nn import functional

from engine.kernels.triton.launch import next_power_of_two
from engine.kernels.triton.linear import MAX_DECODE_ROWS, partial_products
from engine.kernels.triton.tuned import tile_sizes
from engine.kernels.weight import LinearWeight

_SPLITS = 8


@triton.jit
def _choose_kernel(
    logits_ptr, bias_ptr, weights_ptr, expert_ids_ptr, num_tokens, num_experts, top_k,
    scaling_factor, normalizes: tl.constexpr, splits: tl.constexpr, block_experts: tl.constexpr,
    block_choices: tl.constexpr,
):  # fmt: skip
    token = tl.program_id(0)
    experts, choices = tl.arange(0, block_experts), tl.arange(0, block_choices)
    mask = experts < num_experts
    logits = tl.zeros((block_experts,), tl.float32)
    for split in tl.static_range(splits):
        row_ptr = logits_ptr + (split * num_tokens + token) * num_experts
        logits += tl.load(row_ptr + experts, mask=mask, other=0.0)
    scores = 1.0 / (1.0 + tl.exp(-logits))
    ranked = scores + tl.load(bias_ptr + experts, mask=mask, other=0.0)
    ranked = tl.where(ranked == ranked, ranked, -1e30)
    ranked = tl.where(mask, ranked, float("-inf"))
    chosen = tl.zeros((block_choices,), tl.int32)
    weights = tl.zeros((block_choices,), tl.float32)
    for choice in range(0, top_k):
        expert = tl.argmax(ranked, axis=0, tie_break_left=True)
        # Gathered, never recovered by subtracting the bias.
        weight = tl.sum(tl.where(experts == expert, scores, 0.0), axis=0)
        chosen = tl.where(choices == choice, expert, chosen)
        weights = tl.where(choices == choice, weight, weights)
        ranked = tl.where(experts == expert, float("-inf"), ranked)
    if normalizes:
        weights = weights / (tl.sum(weights, axis=0) + 1e-20)
    has_choice = choices < top_k
    tl.store(weights_ptr + token * top_k + choices, weights * scaling_factor, mask=has_choice)
    tl.store(expert_ids_ptr + token * top_k + choices, chosen.to(tl.int64), mask=has_choice)


def route_tokens(
    hidden: Tensor,
    gate_weight: Tensor,
    correction_bias: Tensor,
    *,
    top_k: int,
    normalize: bool,
    scaling_factor: float,
) -> tuple[Tensor, Tensor]:
    """Choose `top_k` experts per token and weigh them, in fp32 from end to end.

    hidden: [num_tokens, hidden]; gate_weight: fp32 [num_experts, hidden];
    correction_bias: fp32 [num_experts], added for the choice and absent from the weights.
    Returns weights fp32 [num_tokens, top_k] and expert ids int64 [num_tokens, top_k].
    """
    num_tokens, num_experts = hidden.shape[0], gate_weight.shape[0]
    logits = _logits(hidden.contiguous(), gate_weight)
    weights = torch.empty(num_tokens, top_k, dtype=torch.float32, device=hidden.device)
    expert_ids = torch.empty(num_tokens, top_k, dtype=torch.int64, device=hidden.device)
    _choose_kernel[(num_tokens,)](
        logits, correction_bias, weights, expert_ids, num_tokens, num_experts, top_k,
        float(scaling_factor), normalizes=normalize, splits=logits.shape[0],
        block_experts=next_power_of_two(num_experts), block_choices=next_power_of_two(top_k),
        num_warps=1,
    )  # fmt: skip
    return weights, expert_ids


def _logits(hidden: Tensor, gate_weight: Tensor) -> Tensor:
    """Partial sums of the logits, fp32 [splits, num_tokens, num_experts]."""
    num_tokens, (num_experts, num_columns) = hidden.shape[0], gate_weight.shape
    if num_tokens > MAX_DECODE_ROWS:
        return functional.linear(hidden.float(), gate_weight).unsqueeze(0)
    tiles = tile_sizes("router", num_experts, num_columns, num_tokens, gate_weight.dtype)
    tiles = replace(tiles, splits=max(tiles.splits, _SPLITS))
    return partial_products(hidden, LinearWeight(gate_weight), tiles)
