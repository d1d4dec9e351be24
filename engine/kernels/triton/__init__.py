"""The operations of the model on CUDA devices; names and signatures are those of the twins.

Import it only where there is a CUDA device (or Triton's interpreter): it needs triton, which torch
brings along there.
"""

from engine.kernels.triton.accept_drafts import accept_drafts
from engine.kernels.triton.activation import silu_and_mul
from engine.kernels.triton.attention_prepare import attention_prepare
from engine.kernels.triton.draw_tokens import draw_tokens, mask_tokens
from engine.kernels.triton.linear import linear
from engine.kernels.triton.moe import mixture_of_experts
from engine.kernels.triton.paged_attention import paged_attention
from engine.kernels.triton.rms_norm import add_rms_norm, rms_norm
from engine.kernels.triton.router import route_tokens

__all__ = [
    "accept_drafts",
    "add_rms_norm",
    "attention_prepare",
    "draw_tokens",
    "linear",
    "mask_tokens",
    "mixture_of_experts",
    "paged_attention",
    "rms_norm",
    "route_tokens",
    "silu_and_mul",
]
