"""How one weight lies in a checkpoint, and the step that turns it into plain numbers.

The format is decided tensor by tensor, from what is stored and never from what the configuration
says about quantization: a float8_e4m3fn weight with a `.weight_scale` beside it is FP8 with one
scale per output row (the compressed-tensors layout of the published GLM-4.5 FP8 checkpoints).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

FP8_NAME = "F8_E4M3"
DTYPES = {
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    FP8_NAME: torch.float8_e4m3fn,
}
SCALE_SUFFIX = "_scale"
LARGEST_FP8 = 448.0
_SMALLEST_SCALE = 1e-12


@dataclass(frozen=True, slots=True)
class Fp8Weight:
    """A linear weight in eight bits: data float8_e4m3fn [out, in], scale fp32 [out]."""

    data: Tensor
    scale: Tensor


StoredWeight = Tensor | Fp8Weight


def scale_name(weight_name: str) -> str:
    """The name of the tensor that holds the scales of a weight."""
    return weight_name + SCALE_SUFFIX


def pair_fp8(data: Tensor, scale: Tensor) -> Fp8Weight:
    """Join stored data [out, in] with its scales, stored as [out, 1] or [out], fp32 or bf16."""
    return Fp8Weight(data=data, scale=scale.reshape(data.shape[0]).float())


def dequantize(weight: StoredWeight, dtype: torch.dtype) -> Tensor:
    """The weight as plain numbers; an FP8 value is widened to fp32, scaled, then rounded once."""
    if isinstance(weight, Fp8Weight):
        return (weight.data.float() * weight.scale.unsqueeze(-1)).to(dtype)
    return weight.to(dtype)


def quantize_rows(weight: Tensor) -> Fp8Weight:
    """A plain weight [out, in] in eight bits: the largest value of each row becomes 448."""
    widened = weight.float()
    scale = widened.abs().amax(dim=1).clamp(min=_SMALLEST_SCALE) / LARGEST_FP8
    return Fp8Weight((widened / scale.unsqueeze(-1)).to(torch.float8_e4m3fn), scale)
