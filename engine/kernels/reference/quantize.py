"""Activations as e4m3 with one scale per row, as the FP8 checkpoints of this family expect them.

Dynamic, symmetric, per token (compressed-tensors "float-quantized"): the largest value of a row
becomes 448, the largest that e4m3 holds.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.kernels.reference.activation import silu_and_mul
from engine.kernels.reference.rms_norm import rms_norm

FLOAT8_MAX = 448.0
# A row of zeros divides by this instead of by zero.
SMALLEST_PEAK = 1e-12


@dataclass(frozen=True, slots=True)
class QuantizedRows:
    """data: float8_e4m3fn [rows, columns]; scale: fp32 [rows]; a row's value is data * scale."""

    data: Tensor
    scale: Tensor

    def widened(self) -> Tensor:
        """The values in fp32 [rows, columns]."""
        return self.data.float() * self.scale.unsqueeze(-1)


def quantize_rows(hidden: Tensor) -> QuantizedRows:
    """hidden [rows, columns] rounded to e4m3 with one scale per row."""
    wide = hidden.float()
    scale = wide.abs().amax(dim=-1).clamp(min=SMALLEST_PEAK) / FLOAT8_MAX
    data = (wide / scale.unsqueeze(-1)).clamp(-FLOAT8_MAX, FLOAT8_MAX)
    return QuantizedRows(data.to(torch.float8_e4m3fn), scale)


def rms_norm_quantized(hidden: Tensor, weight: Tensor, epsilon: float) -> QuantizedRows:
    """`rms_norm` of [rows, width], then `quantize_rows`."""
    return quantize_rows(rms_norm(hidden, weight, epsilon))


def silu_and_mul_quantized(gate_up: Tensor) -> QuantizedRows:
    """`silu_and_mul` of [rows, 2 * width], then `quantize_rows`."""
    return quantize_rows(silu_and_mul(gate_up))
