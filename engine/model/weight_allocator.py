"""The one place where weights are created: shapes, formats, fusion, and what goes where.

The model's layers ask for their weights here. Each answer is a tensor (fused where that saves
work) and a note of which part of it each checkpoint tensor fills. Other weight formats, and splits
over several devices (a `WeightSlot` can hold a region of what is stored), change this file and the
loading step, not the layers.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from engine.checkpoint.weight_slot import WeightSlot
from engine.kernels import LinearWeight

FormatChoice = Callable[[str], bool]


def never_fp8(name: str) -> bool:
    """Keeps every linear map as plain numbers."""
    del name
    return False


class WeightAllocator:
    """Creates empty weights; `slots` maps each checkpoint name to the part that it fills.

    `keeps_fp8` says by name which linear maps stay in eight bits with one scale per row. Maps that
    are stacked share one format: where it says no of one, all become plain numbers of `dtype`.
    """

    def __init__(
        self,
        *,
        device: torch.device | str,
        dtype: torch.dtype,
        keeps_fp8: FormatChoice = never_fp8,
    ) -> None:
        self.device = torch.device(device)
        self.dtype = dtype
        self.slots: dict[str, WeightSlot] = {}
        self._keeps_fp8 = keeps_fp8

    def vector(self, name: str, length: int, dtype: torch.dtype | None = None) -> Tensor:
        """A bias or norm weight [length]."""
        return self._plain(name, self._empty((length,), dtype))

    def matrix(
        self, name: str, rows: int, columns: int, dtype: torch.dtype | None = None
    ) -> Tensor:
        """A table or matrix [rows, columns] that always is plain numbers."""
        return self._plain(name, self._empty((rows, columns), dtype))

    def linear(self, name: str, rows: int, columns: int) -> LinearWeight:
        """The weight of one linear map: [rows, columns]."""
        return self.stacked_linear([name], [rows], columns)

    def stacked_linear(
        self, names: Sequence[str], rows: Sequence[int], columns: int
    ) -> LinearWeight:
        """Linears that read the same input as one: [sum(rows), columns]."""
        weight = self._empty_linear((sum(rows), columns), names)
        self._split(names, rows, weight)
        return weight

    def stacked_vector(self, names: Sequence[str], lengths: Sequence[int]) -> Tensor:
        """The biases of stacked linears: [sum(lengths)]."""
        whole = self._empty((sum(lengths),), None)
        for name, part in zip(names, torch.split(whole, list(lengths)), strict=True):
            self._plain(name, part)
        return whole

    def expert_linears(
        self, names: Sequence[Sequence[str]], rows: Sequence[int], columns: int
    ) -> LinearWeight:
        """Stacked linears of each expert: [num_experts, sum(rows), columns]."""
        all_names = [name for expert_names in names for name in expert_names]
        packed = self._empty_linear((len(names), sum(rows), columns), all_names)
        for expert, expert_names in enumerate(names):
            self._split(expert_names, rows, packed.expert(expert))
        return packed

    def num_bytes(self) -> int:
        """Bytes of all weights created so far, also on the meta device."""
        return sum(slot.num_bytes for slot in self.slots.values())

    def _empty(self, shape: tuple[int, ...], dtype: torch.dtype | None) -> Tensor:
        return torch.empty(shape, dtype=dtype or self.dtype, device=self.device)

    def _empty_linear(self, shape: tuple[int, ...], names: Sequence[str]) -> LinearWeight:
        if not all(map(self._keeps_fp8, names)):
            return LinearWeight(self._empty(shape, None))
        data = self._empty(shape, torch.float8_e4m3fn)
        return LinearWeight(data, self._empty(shape[:-1], torch.float32))

    def _plain(self, name: str, tensor: Tensor) -> Tensor:
        self.slots[name] = WeightSlot(tensor, tuple(tensor.shape))
        return tensor

    def _split(self, names: Sequence[str], rows: Sequence[int], whole: LinearWeight) -> None:
        first = 0
        for name, count in zip(names, rows, strict=True):
            part = slice(first, first + count)
            scale = None if whole.scale is None else whole.scale[part]
            data = whole.data[part]
            self.slots[name] = WeightSlot(data, tuple(data.shape), scale)
            first += count
