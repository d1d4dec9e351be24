"""The operations the model is made of. The model calls them here and knows no implementation.

Every operation has a plain PyTorch twin in `reference/`, which is right on every device and is
what faster kernels are measured against. Tensors on a GPU go to the Triton kernels in `triton/`.
"""

from engine.kernels.layer_cache import Fp8Cache, LayerCache
from engine.kernels.operations import (
    attention_prepare,
    draw_rows,
    draw_tokens,
    linear,
    mixture_of_experts,
    paged_attention,
    paged_decode_attention,
    rms_norm,
    route_tokens,
    silu_and_mul,
)
from engine.kernels.reference.draw_rows import DrawTensors
from engine.kernels.reference.draw_tokens import DrawParameters
from engine.kernels.reference.paged_attention import write_kv
from engine.kernels.reference.rotary import apply_rotary, rotary_cos_sin, rotary_frequencies
from engine.kernels.weight import LinearWeight

__all__ = [
    "DrawParameters",
    "DrawTensors",
    "Fp8Cache",
    "LayerCache",
    "LinearWeight",
    "apply_rotary",
    "attention_prepare",
    "draw_rows",
    "draw_tokens",
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
