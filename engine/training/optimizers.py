"""The two optimizers: Muon for the matrices inside, AdamW for everything else.

Muon (Keller Jordan, 2024, kellerjordan.github.io/posts/muon) replaces a matrix' momentum by the
nearest orthogonal matrix, found by five Newton-Schulz steps in bf16. Stacked matrices of equal
shape are orthogonalized in one batched product.
"""

from collections import defaultdict
from collections.abc import Iterable

import torch
from torch import Tensor

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
NEWTON_SCHULZ_STEPS = 5


def orthogonalize(matrices: Tensor) -> Tensor:
    """The near-orthogonal factor of each matrix, [count, rows, columns], computed in bf16."""
    a, b, c = COEFFICIENTS
    x = matrices.bfloat16()
    tall = x.shape[-2] > x.shape[-1]
    x = x.mT.contiguous() if tall else x
    x = x / (x.float().norm(dim=(-2, -1), keepdim=True) + 1e-7).bfloat16()
    for _ in range(NEWTON_SCHULZ_STEPS):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return (x.mT if tall else x).float()


class Muon:
    """Momentum, orthogonalized, with decoupled weight decay; one step per call of `step`."""

    def __init__(
        self, parameters: Iterable[tuple[str, Tensor]], momentum: float, weight_decay: float
    ) -> None:
        self.parameters = dict(parameters)
        self.momentum, self.weight_decay = momentum, weight_decay
        self.buffers = {name: torch.zeros_like(p) for name, p in self.parameters.items()}

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Move every parameter along its orthogonalized Nesterov momentum."""
        groups: dict[torch.Size, list[tuple[Tensor, Tensor]]] = defaultdict(list)
        for name, parameter in self.parameters.items():
            gradient = parameter.grad
            assert gradient is not None
            buffer = self.buffers[name].lerp_(gradient, 1.0 - self.momentum)
            update = gradient.lerp(buffer, self.momentum)
            groups[parameter.shape[-2:]].append(
                (parameter, update.flatten(0, -3) if update.dim() > 2 else update.unsqueeze(0))
            )
        for (rows, columns), members in groups.items():
            moved = orthogonalize(torch.cat([update for _, update in members]))
            scale = rate * max(1.0, rows / columns) ** 0.5
            sizes = [update.shape[0] for _, update in members]
            for (parameter, _), part in zip(members, torch.split(moved, sizes), strict=True):
                parameter.mul_(1.0 - rate * self.weight_decay)
                parameter.add_(part.reshape(parameter.shape), alpha=-scale)

    def state(self) -> dict[str, Tensor]:
        """Everything that the next step depends on, by name."""
        return {f"muon.{name}": buffer for name, buffer in self.buffers.items()}

    def load(self, state: dict[str, Tensor]) -> None:
        """Restore what `state` returned."""
        for name, buffer in self.buffers.items():
            buffer.copy_(state[f"muon.{name}"])


class AdamW:
    """AdamW with a learning rate of its own for each parameter and no weight decay."""

    BETAS = (0.9, 0.95)
    EPS = 1e-10

    def __init__(self, parameters: Iterable[tuple[str, Tensor]]) -> None:
        self.parameters = dict(parameters)
        self.first = {name: torch.zeros_like(p) for name, p in self.parameters.items()}
        self.second = {name: torch.zeros_like(p) for name, p in self.parameters.items()}

    @torch.no_grad()
    def step(self, rates: dict[str, float], number: int) -> None:
        """One step; `rates` by parameter name, `number` counts the steps from 1."""
        slow, fast = self.BETAS
        for name, parameter in self.parameters.items():
            gradient = parameter.grad
            assert gradient is not None
            first = self.first[name].lerp_(gradient, 1.0 - slow)
            second = self.second[name].lerp_(gradient.square(), 1.0 - fast)
            spread = (second / (1.0 - fast**number)).sqrt_().add_(self.EPS)
            parameter.addcdiv_(first, spread, value=-rates[name] / (1.0 - slow**number))

    def state(self) -> dict[str, Tensor]:
        """Everything that the next step depends on, by name."""
        return {f"adam.first.{name}": t for name, t in self.first.items()} | {
            f"adam.second.{name}": t for name, t in self.second.items()
        }

    def load(self, state: dict[str, Tensor]) -> None:
        """Restore what `state` returned."""
        for name in self.parameters:
            self.first[name].copy_(state[f"adam.first.{name}"])
            self.second[name].copy_(state[f"adam.second.{name}"])
