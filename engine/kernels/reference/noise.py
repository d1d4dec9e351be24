"""Random numbers without state: a hash of (seed, position), so batch mates change nothing.

The hash is SplitMix64's finalizer (Steele, Lea and Flood, "Fast splittable pseudorandom number
generators", 2014), applied to the seed and then to the position.
"""

import torch
from torch import Tensor

_GAMMA = 0x9E3779B97F4A7C15 - 2**64
_FIRST = 0xBF58476D1CE4E5B9 - 2**64
_SECOND = 0x94D049BB133111EB - 2**64


def _shift_right(bits: Tensor, count: int) -> Tensor:
    """Logical right shift of int64 values (torch shifts the sign in)."""
    return (bits >> count) & ((1 << (64 - count)) - 1)


def _mix(bits: Tensor) -> Tensor:
    bits = (bits ^ _shift_right(bits, 30)) * _FIRST
    bits = (bits ^ _shift_right(bits, 27)) * _SECOND
    return bits ^ _shift_right(bits, 31)


def uniform(seeds: Tensor, positions: Tensor) -> Tensor:
    """One number in [0, 1) for each row: int64 [rows], int64 [rows] -> float64 [rows]."""
    bits = _mix(_mix(seeds + _GAMMA) ^ _mix(positions * _GAMMA))
    return _shift_right(bits, 11).to(torch.float64) * 2.0**-53
