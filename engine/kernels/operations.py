"""The operations that exist twice: plain on any device, and as Triton kernels for GPUs."""

from engine.kernels.dispatch import dispatched
from engine.kernels.reference.activation import silu_and_mul as plain_silu_and_mul
from engine.kernels.reference.attention_prepare import (
    attention_prepare as plain_attention_prepare,
)
from engine.kernels.reference.draw_rows import draw_rows as plain_draw_rows
from engine.kernels.reference.draw_tokens import draw_tokens as plain_draw_tokens
from engine.kernels.reference.linear import linear as plain_linear
from engine.kernels.reference.moe_experts import mixture_of_experts as plain_mixture_of_experts
from engine.kernels.reference.paged_attention import paged_attention as plain_paged_attention
from engine.kernels.reference.paged_decode_attention import (
    paged_decode_attention as plain_paged_decode_attention,
)
from engine.kernels.reference.rms_norm import rms_norm as plain_rms_norm
from engine.kernels.reference.router import route_tokens as plain_route_tokens

attention_prepare = dispatched(plain_attention_prepare)
draw_rows = dispatched(plain_draw_rows)
draw_tokens = dispatched(plain_draw_tokens)
linear = dispatched(plain_linear)
mixture_of_experts = dispatched(plain_mixture_of_experts)
paged_attention = dispatched(plain_paged_attention)
paged_decode_attention = dispatched(plain_paged_decode_attention)
rms_norm = dispatched(plain_rms_norm)
route_tokens = dispatched(plain_route_tokens)
silu_and_mul = dispatched(plain_silu_and_mul)
