"""Where one stored tensor goes: a part of a tensor in memory, in the format that it has there.

The one step that changes a weight's format while loading. A slot may hold only a region of the
stored tensor, as one device of several does.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.checkpoint.formats import Fp8Weight, StoredWeight, dequantize, quantize_rows


@dataclass(frozen=True, slots=True)
class WeightSlot:
    """The place of a stored tensor of `stored_shape` ([length] or [rows, columns]).

    data: [rows, columns] or [length], a view of the weight in memory; scale: fp32 [rows], set
    exactly when the data are kept as float8_e4m3fn. They hold the region of the stored tensor
    that begins at `first_row` and `first_column`.
    """

    data: Tensor
    stored_shape: tuple[int, ...]
    scale: Tensor | None = None
    first_row: int = 0
    first_column: int = 0

    @property
    def num_bytes(self) -> int:
        """Bytes that it takes in memory."""
        scale_bytes = 0 if self.scale is None else self.scale.numel() * self.scale.itemsize
        return self.data.numel() * self.data.itemsize + scale_bytes

    def memory_of(self, row: int, count: int, dtype: torch.dtype) -> Tensor | None:
        """uint8, the memory of `count` rows from `row` on where rows of `dtype` may be read right
        into it; None where they have to be moved, cut or changed."""
        rows = self.data[row : row + count]
        is_whole = rows.shape[1:] == self.stored_shape[1:] and rows.is_contiguous()
        if rows.device.type != "cpu" or rows.dtype != dtype or not is_whole:
            return None
        return rows.view(-1).view(torch.uint8)

    def fill(self, row: int, rows: StoredWeight) -> None:
        """Write whole rows of the stored tensor into the rows from `row` of this slot; those that
        were read into `memory_of` it are there already.

        They may lie on the host while the slot lies on another device; the copy is then queued on
        the current stream, so keep them until that is done.
        """
        device = self.data.device
        moved = _cut(_move(rows, device), self)
        count = (moved.data if isinstance(moved, Fp8Weight) else moved).shape[0]
        target = self.data[row : row + count]
        if self.scale is None:
            _write_plain(target, moved)
            return
        kept = moved if isinstance(moved, Fp8Weight) else quantize_rows(moved)
        _copy(target, kept.data)
        self.scale[row : row + count].copy_(kept.scale)


def _write_plain(target: Tensor, weight: StoredWeight) -> None:
    if isinstance(weight, Fp8Weight) and target.dtype == torch.float32:
        # As `dequantize`, without a second copy of the rows.
        target.copy_(weight.data).mul_(weight.scale.unsqueeze(-1))
    else:
        _copy(target, dequantize(weight, target.dtype))


def _copy(target: Tensor, source: Tensor) -> None:
    if source.data_ptr() != target.data_ptr():
        target.copy_(source)


def _move(weight: StoredWeight, device: torch.device) -> StoredWeight:
    if isinstance(weight, Fp8Weight):
        data = weight.data.to(device, non_blocking=True)
        return Fp8Weight(data, weight.scale.to(device, non_blocking=True))
    return weight.to(device, non_blocking=True)


def _cut(weight: StoredWeight, slot: WeightSlot) -> StoredWeight:
    if slot.data.shape[1:] == slot.stored_shape[1:]:
        return weight
    columns = slice(slot.first_column, slot.first_column + slot.data.shape[1])
    if isinstance(weight, Fp8Weight):
        return Fp8Weight(weight.data[:, columns], weight.scale)
    return weight[:, columns]
