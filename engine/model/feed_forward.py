"""The second half of a layer: one dense MLP, or routed experts beside a shared one."""

import torch
from torch import Tensor

from engine import kernels
from engine.checkpoint.config import ModelConfig
from engine.model.weight_allocator import WeightAllocator


class Mlp:
    """SwiGLU: down(silu(gate(x)) * up(x)), with gate and up as one linear."""

    def __init__(
        self, hidden_size: int, width: int, prefix: str, allocator: WeightAllocator
    ) -> None:
        names = [f"{prefix}.{part}_proj.weight" for part in ("gate", "up")]
        self.gate_up_weight = allocator.stacked_linear(names, (width, width), hidden_size)
        self.down_weight = allocator.linear(f"{prefix}.down_proj.weight", hidden_size, width)

    def forward(self, hidden: Tensor, residual: Tensor) -> Tensor:
        """Of [num_tokens, hidden], plus residual of the same shape."""
        gate_up = kernels.linear(hidden, self.gate_up_weight)
        return kernels.linear(kernels.silu_and_mul(gate_up), self.down_weight, residual=residual)


class MixtureOfExperts:
    """Routed experts, weighted by the router, plus the shared expert, unweighted."""

    def __init__(self, config: ModelConfig, prefix: str, allocator: WeightAllocator) -> None:
        self.top_k = config.num_experts_per_tok
        self.normalize = config.norm_topk_prob
        self.scaling_factor = config.routed_scaling_factor
        hidden_size, width = config.hidden_size, config.moe_intermediate_size
        experts = [f"{prefix}.experts.{expert}" for expert in range(config.n_routed_experts)]
        # The router stays in fp32: a bias or scores in 16 bits choose other experts.
        self.router_weight = allocator.matrix(
            f"{prefix}.gate.weight", len(experts), hidden_size, torch.float32
        )
        self.correction_bias = allocator.vector(
            f"{prefix}.gate.e_score_correction_bias", len(experts), torch.float32
        )
        self.gate_up_weights = allocator.expert_linears(
            [(f"{name}.gate_proj.weight", f"{name}.up_proj.weight") for name in experts],
            (width, width),
            hidden_size,
        )
        self.down_weights = allocator.expert_linears(
            [(f"{name}.down_proj.weight",) for name in experts], (hidden_size,), width
        )
        shared_width = width * config.n_shared_experts
        self.shared = Mlp(hidden_size, shared_width, f"{prefix}.shared_experts", allocator)

    def forward(self, hidden: Tensor, residual: Tensor) -> Tensor:
        """Of [num_tokens, hidden], plus residual of the same shape."""
        weights, expert_ids = kernels.route_tokens(
            hidden,
            self.router_weight,
            self.correction_bias,
            top_k=self.top_k,
            normalize=self.normalize,
            scaling_factor=self.scaling_factor,
        )
        return kernels.mixture_of_experts(
            hidden,
            weights,
            expert_ids,
            self.gate_up_weights,
            self.down_weights,
            self.shared.gate_up_weight,
            self.shared.down_weight,
            residual,
        )
