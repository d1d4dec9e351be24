"""The hand-written gradient of the routed experts against autograd on the plain formula."""

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.training.experts import ROW_MULTIPLE, mix_experts, plan_dispatch

TOKENS, HIDDEN, INNER, EXPERTS, SLOTS = 37, 12, 8, 5, 2


def make_inputs() -> tuple[list[Tensor], Tensor]:
    generator = torch.Generator().manual_seed(7)
    shapes = [(TOKENS, HIDDEN), (TOKENS, SLOTS), (EXPERTS, 2, INNER, HIDDEN)]
    shapes.append((EXPERTS, HIDDEN, INNER))
    tensors = [torch.randn(shape, generator=generator, requires_grad=True) for shape in shapes]
    scores = torch.rand(TOKENS, EXPERTS, generator=generator)
    scores[:, 3] = -1.0
    return tensors, scores.topk(SLOTS, -1).indices


def mix_plainly(
    x: Tensor, weights: Tensor, chosen: Tensor, gate_up: Tensor, down: Tensor
) -> Tensor:
    rows = []
    for token in range(x.shape[0]):
        total = torch.zeros(HIDDEN)
        for slot, expert in enumerate(chosen[token].tolist()):
            gate, up = gate_up[expert] @ x[token]
            total = total + weights[token, slot] * (down[expert] @ (F.silu(gate) * up))
        rows.append(total)
    return torch.stack(rows)


def test_the_output_and_every_gradient_equal_the_plain_formula() -> None:
    (x, weights, gate_up, down), chosen = make_inputs()
    leaves = (x, weights, gate_up, down)
    direction = torch.randn(TOKENS, HIDDEN, generator=torch.Generator().manual_seed(8))
    expected = mix_plainly(x, weights, chosen, gate_up, down)
    expected_gradients = torch.autograd.grad(expected, leaves, direction)
    mixed = mix_experts(x, weights, chosen, gate_up, down)
    gradients = torch.autograd.grad(mixed, leaves, direction)
    torch.testing.assert_close(mixed, expected, atol=1e-4, rtol=1e-4)
    for gradient, wanted in zip(gradients, expected_gradients, strict=True):
        torch.testing.assert_close(gradient, wanted, atol=1e-4, rtol=1e-4)


def test_every_slot_has_a_row_of_its_own_among_its_expert_rows() -> None:
    _, chosen = make_inputs()
    dispatch = plan_dispatch(chosen, EXPERTS)
    ends = torch.tensor(dispatch.counts).cumsum(0)
    assert len(set(dispatch.place.tolist())) == TOKENS * SLOTS
    assert all(count % ROW_MULTIPLE == 0 for count in dispatch.counts)
    assert torch.equal(torch.searchsorted(ends, dispatch.place, right=True), chosen.flatten())
    tokens = torch.arange(TOKENS).repeat_interleave(SLOTS)
    assert torch.equal(dispatch.source[dispatch.place], tokens)
