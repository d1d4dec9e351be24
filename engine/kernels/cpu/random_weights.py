"""Small random models of any geometry, for checks."""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.kernels.cpu.weights import DraftWeights, LayerWeights, StepGeometry, StepWeights
from engine.kernels.reference.rotary import rotary_frequencies
from engine.kernels.weight import LinearWeight

_LARGEST_FP8 = 448.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomModel:
    """Sizes that `StepGeometry` does not have, and how the linear weights are kept.

    `weight_type` is float32, bfloat16 or float8_e4m3fn (with a scale per row).
    """

    geometry: StepGeometry
    rotary_dim: int
    dense_width: int
    expert_width: int
    shared_width: int
    num_dense_layers: int = 1
    use_qk_norm: bool = True
    weight_type: torch.dtype = torch.bfloat16
    seed: int = 0

    def weights(self) -> StepWeights:
        """Weights with a draft layer, the same at every call."""
        return _Maker(self).make()


class _Maker:
    def __init__(self, model: RandomModel) -> None:
        self._model = model
        self._sizes = model.geometry
        self._generator = torch.Generator().manual_seed(model.seed)

    def make(self) -> StepWeights:
        sizes, model = self._sizes, self._model
        return StepWeights(
            embedding=self._normal(sizes.vocab_size, sizes.hidden_size),
            layers=[
                self._layer(dense=number < model.num_dense_layers)
                for number in range(sizes.num_layers)
            ],
            norm=self._norm(sizes.hidden_size),
            head=self._linear(sizes.vocab_size, sizes.hidden_size),
            rotary_frequencies=rotary_frequencies(model.rotary_dim, 10_000.0, "cpu"),
            draft=DraftWeights(
                embedding_norm=self._norm(sizes.hidden_size),
                hidden_norm=self._norm(sizes.hidden_size),
                projection=self._linear(sizes.hidden_size, 2 * sizes.hidden_size),
                layer=self._layer(dense=False),
                head_norm=self._norm(sizes.hidden_size),
            ),
        )

    def _layer(self, *, dense: bool) -> LayerWeights:
        sizes, model = self._sizes, self._model
        hidden, experts = sizes.hidden_size, sizes.num_experts
        qkv_rows = (sizes.num_heads + 2 * sizes.num_kv_heads) * sizes.head_dim
        width = model.dense_width if dense else model.shared_width
        return LayerWeights(
            input_norm=self._norm(hidden),
            qkv=self._linear(qkv_rows, hidden),
            qkv_bias=self._normal(qkv_rows),
            query_norm=self._norm(sizes.head_dim) if model.use_qk_norm else None,
            key_norm=self._norm(sizes.head_dim) if model.use_qk_norm else None,
            output=self._linear(hidden, sizes.num_heads * sizes.head_dim),
            post_attention_norm=self._norm(hidden),
            gate_up=self._linear(2 * width, hidden),
            down=self._linear(hidden, width),
            router=None if dense else self._normal(experts, hidden),
            correction_bias=None if dense else self._normal(experts) * 0.1,
            expert_gate_up=None if dense else self._linear(experts, 2 * model.expert_width, hidden),
            expert_down=None if dense else self._linear(experts, hidden, model.expert_width),
        )

    def _normal(self, *shape: int) -> Tensor:
        return torch.randn(*shape, generator=self._generator) * 0.5

    def _norm(self, length: int) -> Tensor:
        return 1 + 0.1 * torch.randn(length, generator=self._generator)

    def _linear(self, *shape: int) -> LinearWeight:
        values = torch.randn(*shape, generator=self._generator) * shape[-1] ** -0.5
        if self._model.weight_type == torch.float8_e4m3fn:
            scale = values.abs().amax(dim=-1) / _LARGEST_FP8
            return LinearWeight((values / scale.unsqueeze(-1)).to(torch.float8_e4m3fn), scale)
        return LinearWeight(values.to(self._model.weight_type))
