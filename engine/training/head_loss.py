"""The output head and its loss in one operation, a few rows at a time.

Logits of a whole batch would be the largest tensor of a step and are needed for nothing but their
own gradient, so both are made per chunk, while the logits are still in the cache.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

CHUNK_ROWS = 512


class HeadLoss(torch.autograd.Function):
    """Sum of the cross entropies of `hidden @ weight.T` against `targets`; ignores target -1."""

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:  # noqa: D102
        matrix = weight.to(hidden.dtype)
        grad_hidden = torch.empty_like(hidden)
        grad_weight = torch.zeros_like(weight)
        total = torch.zeros(())
        rows = [torch.split(tensor, CHUNK_ROWS) for tensor in (hidden, targets, grad_hidden)]
        for hidden_c, targets_c, grad_c in zip(*rows, strict=True):
            logs = F.log_softmax((hidden_c @ matrix.t()).float(), -1)
            trained = (targets_c >= 0).float().unsqueeze(1)
            places = targets_c.clamp(min=0).unsqueeze(1)
            total -= (logs.gather(1, places) * trained).sum()
            grad = logs.exp_().scatter_add_(1, places, -torch.ones_like(trained)).mul_(trained)
            narrow = grad.to(hidden.dtype)
            torch.mm(narrow, matrix, out=grad_c)
            grad_weight += narrow.t() @ hidden_c
        ctx.save_for_backward(grad_hidden, grad_weight)
        return total

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, None]:  # noqa: D102
        grad_hidden, grad_weight = ctx.saved_tensors
        return grad_hidden * grad.to(grad_hidden.dtype), grad_weight * grad, None


def sum_head_loss(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    """The summed loss in nats; hidden [n, hidden], weight [vocab, hidden], targets [n] or -1."""
    return HeadLoss.apply(hidden, weight, targets)  # type: ignore[no-untyped-call,no-any-return]
