"""Which token goes to which expert, grouped by expert, without asking the host.

An assignment is number token * (top_k + 1) + choice; choice `top_k` is the shared expert, which
counts as expert number `num_experts`. Up to 1,024 assignments one launch counts for each of them
how many come before it (no atomics, so the order is the same each time); more are sorted by torch.
"""

from dataclasses import dataclass

import torch
import triton
import triton.language as tl
from torch import Tensor

from engine.kernels.triton.launch import ceil_divide

_MAX_COUNTED = 1024
_BLOCK = 64


@dataclass(frozen=True, slots=True)
class ExpertOrder:
    """order: int32 [assignments], by expert and then by token, padding (ids below 0) last.

    starts: int32 [num_experts + 2]; expert e (the shared one is `num_experts`) has the places
    starts[e] to starts[e + 1] of `order`.
    """

    order: Tensor
    starts: Tensor


@triton.jit
def _expert_of(expert_ids_ptr, assignments, mask, top_k, num_experts):
    """int32 expert of each assignment; padding counts as an expert behind all others."""
    token, choice = assignments // (top_k + 1), assignments % (top_k + 1)
    routed = mask & (choice < top_k)
    expert = tl.load(expert_ids_ptr + token * top_k + choice, mask=routed, other=0).to(tl.int32)
    expert = tl.where(choice == top_k, num_experts, expert)
    return tl.where(expert < 0, num_experts + 1, expert)


@triton.jit
def _order_kernel(
    expert_ids_ptr, order_ptr, starts_ptr, top_k, num_experts, num_assignments,
    block: tl.constexpr,
):  # fmt: skip
    """Grid: blocks of assignments, which find their places; then blocks of experts' starts."""
    mine = tl.program_id(0) * block + tl.arange(0, block)
    place = tl.zeros((block,), tl.int32)
    blocks = tl.cdiv(num_assignments, block)
    if tl.program_id(0) < blocks:
        has_mine = mine < num_assignments
        expert = _expert_of(expert_ids_ptr, mine, has_mine, top_k, num_experts)
        for start in range(0, num_assignments, block):
            others = start + tl.arange(0, block)
            has_other = others < num_assignments
            other = _expert_of(expert_ids_ptr, others, has_other, top_k, num_experts)
            same = (other[None, :] == expert[:, None]) & (others[None, :] < mine[:, None])
            before = (same | (other[None, :] < expert[:, None])) & has_other[None, :]
            place += tl.sum(before.to(tl.int32), axis=1)
        tl.store(order_ptr + place, mine, mask=has_mine)
    else:
        expert = mine - blocks * block
        for start in range(0, num_assignments, block):
            others = start + tl.arange(0, block)
            has_other = others < num_assignments
            other = _expert_of(expert_ids_ptr, others, has_other, top_k, num_experts)
            before = (other[None, :] < expert[:, None]) & has_other[None, :]
            place += tl.sum(before.to(tl.int32), axis=1)
        tl.store(starts_ptr + expert, place, mask=expert < num_experts + 2)


def order_by_expert(expert_ids: Tensor, num_experts: int) -> ExpertOrder:
    """Group the assignments of int64 [num_tokens, top_k] expert ids, the shared expert included."""
    num_tokens, top_k = expert_ids.shape
    num_assignments = num_tokens * (top_k + 1)
    if num_assignments > _MAX_COUNTED:
        return _sort_by_expert(expert_ids, num_experts)
    order = torch.empty(num_assignments, dtype=torch.int32, device=expert_ids.device)
    starts = torch.empty(num_experts + 2, dtype=torch.int32, device=expert_ids.device)
    blocks = ceil_divide(num_assignments, _BLOCK) + ceil_divide(num_experts + 2, _BLOCK)
    _order_kernel[(blocks,)](
        expert_ids, order, starts, top_k, num_experts, num_assignments, block=_BLOCK
    )
    return ExpertOrder(order, starts)


def _sort_by_expert(expert_ids: Tensor, num_experts: int) -> ExpertOrder:
    """The same by torch's stable sort; also without the host."""
    shared = torch.full_like(expert_ids[:, :1], num_experts)
    experts = torch.cat([torch.where(expert_ids < 0, num_experts + 1, expert_ids), shared], dim=1)
    sorted_experts, order = experts.flatten().sort(stable=True)
    wanted = torch.arange(num_experts + 2, device=expert_ids.device)
    starts = torch.searchsorted(sorted_experts, wanted, out_int32=True)
    return ExpertOrder(order.to(torch.int32), starts)
