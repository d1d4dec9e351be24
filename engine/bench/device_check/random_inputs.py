"""Random tensors of a model's widths, the same in every run on the same device."""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.kernels import Fp8Cache, LayerCache, LinearWeight

LARGEST_FP8 = 448.0
BLOCK_SIZE, NUM_BLOCKS = 16, 64


@dataclass(frozen=True, slots=True)
class Geometry:
    """The widths that the kernels are tried with; few experts, so that little memory is needed."""

    hidden: int = 4096
    heads: int = 96
    kv_heads: int = 8
    head_dim: int = 128
    width: int = 1408
    experts: int = 16
    top_k: int = 8
    vocab: int = 151552
    rows: tuple[int, ...] = (1, 3, 8, 33, 64, 200)


class RandomInputs:
    """Makes tensors on one device from one generator."""

    def __init__(self, device: torch.device, geometry: Geometry) -> None:
        self._device = device
        self._geometry = geometry
        self._generator = torch.Generator(device).manual_seed(1)

    def random(self, *shape: int) -> Tensor:
        """bf16, normally distributed."""
        values = torch.randn(shape, generator=self._generator, device=self._device)
        return values.to(torch.bfloat16)

    def integers(self, values: list[int], dtype: torch.dtype) -> Tensor:
        """A vector of these numbers."""
        return torch.tensor(values, dtype=dtype, device=self._device)

    def tables(self, sequences: int) -> Tensor:
        """int64 [sequences, 20]: blocks in a random order, none twice."""
        order = torch.randperm(NUM_BLOCKS, generator=self._generator, device=self._device)
        return order[: sequences * 20].view(sequences, 20)

    def weight(self, fp8: bool, *shape: int) -> LinearWeight:
        """Of a size that keeps activations near one, in eight bits or bf16."""
        data = self.random(*shape) * shape[-1] ** -0.5
        if not fp8:
            return LinearWeight(data)
        scale = data.float().abs().amax(dim=-1) / LARGEST_FP8
        return LinearWeight((data / scale.unsqueeze(-1)).to(torch.float8_e4m3fn), scale)

    def cache(self, fp8: bool) -> LayerCache:
        """One layer's keys or values, in eight bits or bf16."""
        g = self._geometry
        data = self.random(NUM_BLOCKS, BLOCK_SIZE, g.kv_heads, g.head_dim)
        if not fp8:
            return data
        scale = data.float().abs().amax(dim=-1) / LARGEST_FP8
        return Fp8Cache((data / scale.unsqueeze(-1)).to(torch.float8_e4m3fn), scale)
