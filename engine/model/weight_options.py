"""In what format and where a model's weights are to lie."""

from dataclasses import dataclass

import torch


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightOptions:
    """How a model is loaded; it computes in `dtype`.

    `keep_fp8` leaves eight-bit linear maps as they are stored (None: on a GPU, whose kernels read
    them, and not on the CPU, where they would be widened in every step). `fp8_head` also brings
    the head into eight bits, which changes the logits a little. `with_mtp` keeps the draft layer.
    """

    device: torch.device
    dtype: torch.dtype
    with_mtp: bool = False
    keep_fp8: bool | None = None
    fp8_head: bool = False

    @property
    def keeps_fp8(self) -> bool:
        """`keep_fp8` with its default resolved."""
        return self.device.type == "cuda" if self.keep_fp8 is None else self.keep_fp8
