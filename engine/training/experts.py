"""The routed experts of one layer as one differentiable operation.

Rows are sorted by expert, so that every expert is two plain matrix products in bf16, and put back
by the inverse permutation. The gradient is written by hand: autograd would scatter rows one by one
(`index_add_`) and build a full-size zero gradient for every expert's slice. Every expert's rows
are padded to a multiple of `ROW_MULTIPLE`, since a CPU's matrix kernels are compiled per shape.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

ROW_MULTIPLE = 128


@dataclasses.dataclass(frozen=True, slots=True)
class Dispatch:
    """Which row of the expert-sorted, padded matrix holds which (token, slot) pair.

    `source` [rows] is the token of a row (0 where padded), `place` [n * k] the row of a pair,
    `counts` the rows of each expert.
    """

    source: Tensor
    place: Tensor
    counts: list[int]


def plan_dispatch(chosen: Tensor, experts: int) -> Dispatch:
    """Lay out the rows for `chosen` [n, k], the expert of every token's slots."""
    flat = chosen.flatten()
    order = flat.argsort(stable=True)
    counts = flat.bincount(minlength=experts)
    padded = (counts + ROW_MULTIPLE - 1) // ROW_MULTIPLE * ROW_MULTIPLE
    shift = (padded.cumsum(0) - padded) - (counts.cumsum(0) - counts)
    rows = torch.arange(flat.numel()) + shift[flat[order]]
    place = torch.empty_like(order)
    place[order] = rows
    source = torch.zeros(int(padded.sum()), dtype=torch.long)
    source[rows] = order // chosen.shape[1]
    return Dispatch(source, place, padded.tolist())


class RoutedExperts(torch.autograd.Function):
    """out[n] = sum over slots k of weights[n, k] * expert(chosen[n, k])(x[n])."""

    @staticmethod
    def forward(  # noqa: D102
        ctx: Any, x: Tensor, weights: Tensor, chosen: Tensor, gate_up: Tensor, down: Tensor
    ) -> Tensor:
        dispatch = plan_dispatch(chosen, gate_up.shape[0])
        stacked = gate_up.flatten(1, 2)
        rows = x.index_select(0, dispatch.source)
        projected = rows.new_empty(rows.shape[0], stacked.shape[1])
        for rows_e, weight, out in _per_expert(dispatch.counts, rows, stacked, projected):
            torch.mm(rows_e, weight.t(), out=out)
        gate, up = projected.chunk(2, -1)
        activated = F.silu(gate).mul_(up)
        outputs = torch.empty_like(rows)
        for act_e, weight, out in _per_expert(dispatch.counts, activated, down, outputs):
            torch.mm(act_e, weight.t(), out=out)
        mixed = outputs.index_select(0, dispatch.place).view(*chosen.shape, -1)
        ctx.save_for_backward(weights, rows, projected, activated, mixed, gate_up, down)
        ctx.dispatch = dispatch
        return (mixed * weights.unsqueeze(-1)).sum(1)

    @staticmethod
    def backward(  # noqa: D102
        ctx: Any, grad: Tensor
    ) -> tuple[Tensor, Tensor, None, Tensor, Tensor]:
        weights, rows, projected, activated, mixed, gate_up, down = ctx.saved_tensors
        dispatch: Dispatch = ctx.dispatch
        grad_weights = torch.bmm(mixed, grad.unsqueeze(-1)).squeeze(-1)
        row_weights = weights.new_zeros(rows.shape[0])
        row_weights[dispatch.place] = weights.flatten()
        grad_rows = grad.index_select(0, dispatch.source).mul_(row_weights.unsqueeze(1))
        grad_down, grad_gate_up = torch.empty_like(down), torch.empty_like(gate_up)
        grad_act = torch.empty_like(activated)
        for grad_e, weight, out in _per_expert(dispatch.counts, grad_rows, down, grad_act):
            torch.mm(grad_e, weight, out=out)
        _weight_gradients(dispatch.counts, grad_rows, activated, grad_down)
        gate, up = projected.chunk(2, -1)
        grad_projected = torch.empty_like(projected)
        grad_gate, grad_up = grad_projected.chunk(2, -1)
        torch.mul(grad_act, F.silu(gate), out=grad_up)
        grad_gate.copy_(torch.ops.aten.silu_backward(grad_act.mul_(up), gate))
        _weight_gradients(dispatch.counts, grad_projected, rows, grad_gate_up.flatten(1, 2))
        stacked, grad_x = gate_up.flatten(1, 2), grad_rows
        for grad_e, weight, out in _per_expert(dispatch.counts, grad_projected, stacked, grad_x):
            torch.mm(grad_e, weight, out=out)
        summed = grad_x.index_select(0, dispatch.place).view_as(mixed).sum(1)
        return summed, grad_weights, None, grad_gate_up, grad_down


def _weight_gradients(counts: list[int], grads: Tensor, inputs: Tensor, out: Tensor) -> None:
    """Write grads' inputs product of every expert's rows into `out` [experts, ...]."""
    parts = zip(torch.split(grads, counts), torch.split(inputs, counts), out, strict=True)
    for grad_e, input_e, out_e in parts:
        torch.mm(grad_e.t(), input_e, out=out_e)


def _per_expert(
    counts: list[int], inputs: Tensor, matrices: Tensor, outputs: Tensor
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Each expert's input rows, matrix and output rows."""
    return zip(torch.split(inputs, counts), matrices, torch.split(outputs, counts), strict=True)


def mix_experts(
    x: Tensor, weights: Tensor, chosen: Tensor, gate_up: Tensor, down: Tensor
) -> Tensor:
    """Apply the chosen experts and add them up by weight.

    Shapes: x [n, hidden], weights and chosen [n, k], gate_up [experts, 2, inner, hidden] (gate
    first), down [experts, hidden, inner]; all but `chosen` in one dtype. Returns [n, hidden].
    """
    return RoutedExperts.apply(x, weights, chosen, gate_up, down)  # type: ignore[no-untyped-call,no-any-return]
