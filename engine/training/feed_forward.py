"""What follows attention in a layer: one dense MLP, or routed experts beside a shared one."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.training.experts import mix_experts
from engine.training.layers import Linear
from engine.training.recipe import NetworkShape


class DenseMlp(nn.Module):
    """SwiGLU."""

    def __init__(self, hidden: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = Linear(hidden, inner)
        self.up_proj = Linear(hidden, inner)
        self.down_proj = Linear(inner, hidden)

    def forward(self, x: Tensor) -> Tensor:
        """[n, hidden] to [n, hidden]."""
        projected: Tensor = self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))
        return projected


class Router(nn.Module):
    """Sigmoid scores in fp32; the bias takes part in the choice only, never in the weights."""

    e_score_correction_bias: Tensor

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(shape.n_routed_experts, shape.hidden_size))
        self.register_buffer("e_score_correction_bias", torch.zeros(shape.n_routed_experts))
        self.slots, self.scaling = shape.num_experts_per_tok, shape.routed_scaling_factor

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """[n, hidden] to the weights and the numbers of the chosen experts, [n, k] each."""
        scores = F.linear(x.float(), self.weight).sigmoid()
        chosen = (scores.detach() + self.e_score_correction_bias).topk(self.slots, -1).indices
        weights = scores.gather(1, chosen)
        weights = weights / (weights.sum(-1, keepdim=True) + 1e-20) * self.scaling
        return weights, chosen


class Experts(nn.Module):
    """The routed experts' matrices, stacked; `gate_up_proj` holds gate at 0 and up at 1."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        count, inner = shape.n_routed_experts, shape.moe_intermediate_size
        self.gate_up_proj = nn.Parameter(torch.empty(count, 2, inner, shape.hidden_size))
        self.down_proj = nn.Parameter(torch.empty(count, shape.hidden_size, inner))


class MixtureMlp(nn.Module):
    """Routed experts plus the ungated shared expert; remembers the load for the bias update."""

    load: Tensor

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.gate = Router(shape)
        self.experts = Experts(shape)
        shared_inner = shape.moe_intermediate_size * shape.n_shared_experts
        self.shared_experts = DenseMlp(shape.hidden_size, shared_inner)
        self.register_buffer("load", torch.zeros(shape.n_routed_experts), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """[n, hidden] to [n, hidden]."""
        weights, chosen = self.gate(x)
        self.load = chosen.flatten().bincount(minlength=self.load.numel()).float()
        routed = mix_experts(
            x,
            weights.to(x.dtype),
            chosen,
            self.experts.gate_up_proj.to(x.dtype),
            self.experts.down_proj.to(x.dtype),
        )
        shared: Tensor = self.shared_experts(x)
        return routed + shared
