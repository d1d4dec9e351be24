"""How a linear map lies in memory: plain numbers, or eight-bit numbers with one scale per row.

A weight knows its layout and nothing of who multiplies with it; every implementation of `linear`
and of the experts reads it here, so that another format comes in at one place.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class LinearWeight:
    """The weight of one linear map, or of one per expert.

    data: [rows, columns] or [experts, rows, columns]; scale: fp32 [rows] or [experts, rows], set
    exactly when `data` is float8_e4m3fn. A row's value is its data times its scale.
    """

    data: Tensor
    scale: Tensor | None = None

    @property
    def num_bytes(self) -> int:
        """Bytes of data and scale."""
        scale_bytes = 0 if self.scale is None else self.scale.numel() * self.scale.itemsize
        return self.data.numel() * self.data.itemsize + scale_bytes

    def widened(self, dtype: torch.dtype) -> Tensor:
        """Plain numbers of `dtype`: eight-bit data go to fp32, are scaled, then rounded once."""
        if self.scale is None:
            return self.data.to(dtype)
        return (self.data.float() * self.scale.unsqueeze(-1)).to(dtype)

    def expert(self, index: int) -> "LinearWeight":
        """The weight of one expert, as a view."""
        scale = None if self.scale is None else self.scale[index]
        return LinearWeight(self.data[index], scale)
