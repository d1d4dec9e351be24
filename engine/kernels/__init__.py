"""The operations the model is made of. The model calls them here and knows no implementation.

Every operation has a plain PyTorch twin in `reference/`, which is right on every device and is
what faster kernels are measured against. Tensors on a GPU go to the Triton kernels in `triton/`.
"""

from engine.kernels.operations import (
    linear,
    mixture_of_experts,
    paged_attention,
    paged_decode_attention,
    rms_norm,
    route_tokens,
    silu_and_mul,
)
from engine.kernels.reference.paged_attention import write_kv
from engine.kernels.reference.rotary import apply_rotary, rotary_cos_sin, rotary_frequencies
from engine.kernels.weight import LinearWeight

__all__ = [
    "LinearWeight",
    "apply_rotary",
    "linear",
    "mixture_of_experts",
    "paged_attention",
    "paged_decode_attention",
    "rms_norm",
    "rotary_cos_sin",
    "rotary_frequencies",
    "route_tokens",
    "silu_and_mul",
    "write_kv",
]
