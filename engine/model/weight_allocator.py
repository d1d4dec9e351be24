"""The one place where weights are created: shapes, fusion, and which stored tensor goes where.

The model's layers ask for their weights here. Each answer is a tensor (fused where that saves
work) and a note of which part of it each checkpoint tensor fills. Other weight formats and splits
over several devices will change this file and the loading step, not the layers.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.kernels import LinearWeight


class WeightAllocator:
    """Creates empty weights; `slots` maps each checkpoint name to the part that it fills."""

    def __init__(self, *, device: torch.device | str, dtype: torch.dtype) -> None:
        self.device = torch.device(device)
        self.dtype = dtype
        self.slots: dict[str, Tensor] = {}

    def vector(self, name: str, length: int, dtype: torch.dtype | None = None) -> Tensor:
        """A bias or norm weight [length]."""
        return self._slot(name, self._empty((length,), dtype))

    def matrix(
        self, name: str, rows: int, columns: int, dtype: torch.dtype | None = None
    ) -> Tensor:
        """A table or matrix [rows, columns] that always is plain numbers."""
        return self._slot(name, self._empty((rows, columns), dtype))

    def linear(self, name: str, rows: int, columns: int) -> LinearWeight:
        """The weight of one linear map: [rows, columns]."""
        return LinearWeight(self.matrix(name, rows, columns))

    def stacked_linear(
        self, names: Sequence[str], rows: Sequence[int], columns: int
    ) -> LinearWeight:
        """Linears that read the same input as one: [sum(rows), columns]."""
        return LinearWeight(self._split(names, rows, self._empty((sum(rows), columns), None)))

    def stacked_vector(self, names: Sequence[str], lengths: Sequence[int]) -> Tensor:
        """The biases of stacked linears: [sum(lengths)]."""
        return self._split(names, lengths, self._empty((sum(lengths),), None))

    def expert_linears(
        self, names: Sequence[Sequence[str]], rows: Sequence[int], columns: int
    ) -> LinearWeight:
        """Stacked linears of each expert: [num_experts, sum(rows), columns]."""
        packed = self._empty((len(names), sum(rows), columns), None)
        for expert, expert_names in enumerate(names):
            self._split(expert_names, rows, packed[expert])
        return LinearWeight(packed)

    def num_bytes(self) -> int:
        """Bytes of all weights created so far, also on the meta device."""
        return sum(slot.numel() * slot.itemsize for slot in self.slots.values())

    def _empty(self, shape: tuple[int, ...], dtype: torch.dtype | None) -> Tensor:
        return torch.empty(shape, dtype=dtype or self.dtype, device=self.device)

    def _slot(self, name: str, tensor: Tensor) -> Tensor:
        self.slots[name] = tensor
        return tensor

    def _split(self, names: Sequence[str], lengths: Sequence[int], whole: Tensor) -> Tensor:
        for name, part in zip(names, torch.split(whole, list(lengths)), strict=True):
            self._slot(name, part)
        return whole
