"""The operations the model is made of. The model calls them here and knows no implementation.

Every operation has a plain PyTorch twin in `reference/`, which is right on every device and is
what faster kernels are measured against.
"""

from engine.kernels.reference.activation import silu_and_mul
from engine.kernels.reference.draw_tokens import DrawParameters, draw_tokens
from engine.kernels.reference.linear import linear
from engine.kernels.reference.moe_experts import mixture_of_experts
from engine.kernels.reference.paged_attention import paged_attention, write_kv
from engine.kernels.reference.rms_norm import rms_norm
from engine.kernels.reference.rotary import apply_rotary, rotary_cos_sin, rotary_frequencies
from engine.kernels.reference.router import route_tokens
from engine.kernels.weight import LinearWeight

__all__ = [
    "DrawParameters",
    "LinearWeight",
    "apply_rotary",
    "draw_tokens",
    "linear",
    "mixture_of_experts",
    "paged_attention",
    "rms_norm",
    "rotary_cos_sin",
    "rotary_frequencies",
    "route_tokens",
    "silu_and_mul",
    "write_kv",
]
