"""The fused head and loss against cross entropy on whole logits."""

import torch
import torch.nn.functional as F

from engine.training.head_loss import CHUNK_ROWS, sum_head_loss


def test_loss_and_gradients_equal_cross_entropy_over_several_chunks() -> None:
    generator = torch.Generator().manual_seed(1)
    rows = CHUNK_ROWS + 30
    hidden = torch.randn(rows, 16, generator=generator, requires_grad=True)
    weight = torch.randn(40, 16, generator=generator, requires_grad=True)
    targets = torch.randint(-1, 40, (rows,), generator=generator)
    assert (targets == -1).any()
    plain = F.cross_entropy(hidden @ weight.t(), targets, ignore_index=-1, reduction="sum")
    fused = sum_head_loss(hidden, weight, targets)
    torch.testing.assert_close(fused, plain)
    wanted = torch.autograd.grad(3 * plain, (hidden, weight))
    found = torch.autograd.grad(3 * fused, (hidden, weight))
    for gradient, expected in zip(found, wanted, strict=True):
        torch.testing.assert_close(gradient, expected, atol=1e-4, rtol=1e-4)
