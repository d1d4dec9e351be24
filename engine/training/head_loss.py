"""The output head and its loss in one operation, a few rows at a time.

Logits of a whole batch would be the largest tensor of a step and are needed for nothing but their
own gradient, so both are made per chunk, while the logits are still in the cache, and for trained
rows only. Those are filled up to a multiple of `ROW_MULTIPLE`, since a CPU's matrix kernels are
compiled per shape.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

CHUNK_ROWS = 512
ROW_MULTIPLE = 128


class HeadLoss(torch.autograd.Function):
    """Sum of the cross entropies of `hidden @ weight.T` against `targets`; ignores target -1."""

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:  # noqa: D102
        matrix = weight.to(hidden.dtype)
        grad_weight = torch.zeros_like(weight)
        total = torch.zeros((), device=hidden.device)
        trained = (targets >= 0).nonzero().squeeze(1)
        places = F.pad(trained, (0, -trained.numel() % ROW_MULTIPLE))
        counted = (torch.arange(places.numel(), device=hidden.device) < trained.numel()).float()
        chosen = (hidden.index_select(0, places), targets[places].clamp(min=0), counted)
        grads = []
        for hidden_c, targets_c, counted_c in zip(
            *(torch.split(tensor, CHUNK_ROWS) for tensor in chosen), strict=True
        ):
            logs = F.log_softmax((hidden_c @ matrix.t()).float(), -1)
            right, weights = targets_c.unsqueeze(1), counted_c.unsqueeze(1)
            total -= (logs.gather(1, right) * weights).sum()
            grad = logs.exp_().scatter_add_(1, right, -torch.ones_like(weights)).mul_(weights)
            narrow = grad.to(hidden.dtype)
            grads.append(narrow @ matrix)
            grad_weight += narrow.t() @ hidden_c
        grad_hidden = torch.zeros_like(hidden)
        if grads:
            grad_hidden.index_copy_(0, trained, torch.cat(grads)[: trained.numel()])
        ctx.save_for_backward(grad_hidden, grad_weight)
        return total

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, None]:  # noqa: D102
        grad_hidden, grad_weight = ctx.saved_tensors
        return grad_hidden * grad.to(grad_hidden.dtype), grad_weight * grad, None


def sum_head_loss(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    """The summed loss in nats; hidden [n, hidden], weight [vocab, hidden], targets [n] or -1."""
    return HeadLoss.apply(hidden, weight, targets)  # type: ignore[no-untyped-call,no-any-return]
