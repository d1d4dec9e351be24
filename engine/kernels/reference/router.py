"""The choice of experts: sigmoid scores with a bias that only chooses.

Order of operations as in the GLM-4.5 and DeepSeek-V3 reports (arXiv:2508.06471, 2412.19437).
"""

import torch
from torch import Tensor
from torch.nn import functional


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
    scores = functional.linear(hidden.float(), gate_weight).sigmoid()
    expert_ids = torch.topk(scores + correction_bias, top_k, dim=-1, sorted=False).indices
    # Gathered, never recovered by subtracting the bias: that would lose bits and can divide 0 by 0.
    weights = scores.gather(-1, expert_ids)
    if normalize:
        weights = weights / (weights.sum(dim=-1, keepdim=True) + 1e-20)
    return weights * scaling_factor, expert_ids
