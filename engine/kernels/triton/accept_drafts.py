"""Draft verification on the device: grid one program for each sequence, a handful of numbers."""

import torch
import triton
import triton.language as tl
from torch import Tensor

from engine.kernels.triton.launch import next_power_of_two


@triton.jit
def _accept_kernel(sampled_ptr, drafts_ptr, counts_ptr, num_drafts, block: tl.constexpr):
    sequence = tl.program_id(0)
    places = tl.arange(0, block)
    mask = places < num_drafts
    sampled = tl.load(sampled_ptr + sequence * (num_drafts + 1) + places, mask=mask, other=0)
    drafts = tl.load(drafts_ptr + sequence * num_drafts + places, mask=mask, other=-1)
    fails = (sampled != drafts) | (drafts < 0)
    # The first place that fails is the number of drafts before it; places behind the last fail.
    count = tl.min(tl.where(fails, places, block), axis=0)
    tl.store(counts_ptr + sequence, tl.minimum(count, num_drafts).to(tl.int64))


def accept_drafts(sampled: Tensor, drafts: Tensor) -> Tensor:
    """Count the accepted drafts of each sequence: int64 [num_sequences].

    sampled: int64 [num_sequences, drafts + 1], what each row drew from its own distribution;
    drafts: int64 [num_sequences, drafts], below 0 where there is none. A sequence goes on with
    its sampled tokens up to and including the one at the returned place.
    """
    num_sequences, num_drafts = drafts.shape
    counts = torch.zeros(num_sequences, dtype=torch.int64, device=sampled.device)
    if num_drafts:
        _accept_kernel[(num_sequences,)](
            sampled.contiguous(), drafts.contiguous(), counts, num_drafts,
            block=next_power_of_two(num_drafts), num_warps=1,
        )  # fmt: skip
    return counts
