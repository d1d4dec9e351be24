"""Norm of q and k, rotary embedding and the write to the cache, in one launch.

Grid: (heads of q, k and v, tokens); a program reads one head once. Queries go to a tensor of their
own, keys and values to their slots. Rotation pairs value i with i + rotary_dim / 2, so a program
also loads each value's partner, which lies in the same cache lines.
"""

import torch
import triton
import triton.language as tl
from torch import Tensor

from engine.kernels.reference.quantize import FLOAT8_MAX, SMALLEST_PEAK
from engine.kernels.triton.launch import next_power_of_two


@triton.jit
def _store_head(
    values, mask, cache_ptr, scales_ptr, slot, kv_head, kv_heads, head_dim, dims,
    quantizes: tl.constexpr, float8_max: tl.constexpr, smallest_peak: tl.constexpr,
):  # fmt: skip
    """Write one head of one token, in e4m3 with a scale of its own or as it is."""
    row = slot * kv_heads + kv_head
    if quantizes:
        peak = tl.max(tl.where(mask, tl.abs(values), 0.0), axis=0)
        scale = tl.maximum(peak, smallest_peak) / float8_max
        values = tl.minimum(tl.maximum(values / scale, -float8_max), float8_max)
        tl.store(scales_ptr + row, scale)
    tl.store(cache_ptr + row * head_dim + dims, values.to(cache_ptr.dtype.element_ty), mask=mask)


@triton.jit
def _normed(values, mean_square, weight_ptr, dims, mask, epsilon, dtype: tl.constexpr):
    weight = tl.load(weight_ptr + dims, mask=mask, other=0.0).to(tl.float32)
    scaled = (values * (1.0 / tl.sqrt(mean_square + epsilon))).to(dtype).to(tl.float32)
    return (scaled * weight).to(dtype).to(tl.float32)


@triton.jit
def _prepare_kernel(
    qkv_ptr, cos_ptr, sin_ptr, query_norm_ptr, key_norm_ptr, query_ptr, keys_ptr, values_ptr,
    slots_ptr, key_scales_ptr, value_scales_ptr, num_heads, kv_heads, head_dim, half, epsilon,
    normalizes: tl.constexpr, quantizes: tl.constexpr, float8_max: tl.constexpr,
    smallest_peak: tl.constexpr, block_dim: tl.constexpr,
):  # fmt: skip
    head, token = tl.program_id(0), tl.program_id(1).to(tl.int64)
    dims = tl.arange(0, block_dim)
    mask = dims < head_dim
    dtype: tl.constexpr = qkv_ptr.dtype.element_ty
    head_ptr = qkv_ptr + (token * (num_heads + 2 * kv_heads) + head) * head_dim
    values = tl.load(head_ptr + dims, mask=mask, other=0.0).to(tl.float32)
    slot = tl.load(slots_ptr + token)
    if head >= num_heads + kv_heads:
        if slot >= 0:
            _store_head(
                values, mask, values_ptr, value_scales_ptr, slot, head - num_heads - kv_heads,
                kv_heads, head_dim, dims, quantizes, float8_max, smallest_peak,
            )  # fmt: skip
    else:
        is_first, turns = dims < half, dims < 2 * half
        partner_dims = tl.where(is_first, dims + half, tl.where(turns, dims - half, dims))
        partner = tl.load(head_ptr + partner_dims, mask=mask, other=0.0).to(tl.float32)
        if normalizes:
            mean_square = tl.sum(values * values, axis=0) / head_dim
            norm_ptr = query_norm_ptr
            if head >= num_heads:
                norm_ptr = key_norm_ptr
            values = _normed(values, mean_square, norm_ptr, dims, mask, epsilon, dtype)
            partner = _normed(partner, mean_square, norm_ptr, partner_dims, mask, epsilon, dtype)
        pair = token * half + tl.where(is_first, dims, dims - half)
        cos = tl.load(cos_ptr + pair, mask=turns, other=1.0).to(tl.float32)
        sin = tl.load(sin_ptr + pair, mask=turns, other=0.0).to(tl.float32)
        turned = (values * cos + tl.where(is_first, -partner, partner) * sin).to(dtype)
        if head < num_heads:
            out_ptr = query_ptr + (token * num_heads + head) * head_dim
            tl.store(out_ptr + dims, turned, mask=mask)
        elif slot >= 0:
            _store_head(
                turned.to(tl.float32), mask, keys_ptr, key_scales_ptr, slot, head - num_heads,
                kv_heads, head_dim, dims, quantizes, float8_max, smallest_peak,
            )  # fmt: skip


def attention_prepare(
    qkv: Tensor,
    rotary: tuple[Tensor, Tensor],
    keys: Tensor,
    values: Tensor,
    slots: Tensor,
    *,
    query_norm: Tensor | None,
    key_norm: Tensor | None,
    epsilon: float,
    key_scales: Tensor | None = None,
    value_scales: Tensor | None = None,
) -> Tensor:
    """Write the new keys and values to the cache and return the queries, ready for attention.

    qkv: [num_tokens, (heads + 2 * kv_heads) * head_dim]; rotary: as from `rotary_cos_sin`; keys,
    values: [num_blocks, block_size, kv_heads, head_dim]; slots: int64 [num_tokens], below 0 for
    padding that is written nowhere; query_norm, key_norm: [head_dim] or None. For a cache in e4m3
    the scales are fp32 [num_blocks, block_size, kv_heads], one per token and head. Returns
    [num_tokens, heads, head_dim].
    """
    cos, sin = rotary
    num_tokens, (kv_heads, head_dim) = qkv.shape[0], keys.shape[2:]
    num_heads = qkv.shape[1] // head_dim - 2 * kv_heads
    query = torch.empty(num_tokens, num_heads, head_dim, dtype=qkv.dtype, device=qkv.device)
    quantizes = key_scales is not None and value_scales is not None
    _prepare_kernel[(num_heads + 2 * kv_heads, num_tokens)](
        qkv.contiguous(), cos, sin, cos if query_norm is None else query_norm,
        cos if key_norm is None else key_norm, query, keys, values, slots,
        key_scales if quantizes else cos, value_scales if quantizes else cos, num_heads, kv_heads,
        head_dim, cos.shape[-1], epsilon,
        normalizes=query_norm is not None and key_norm is not None, quantizes=quantizes,
        float8_max=FLOAT8_MAX, smallest_peak=SMALLEST_PEAK, block_dim=next_power_of_two(head_dim),
        num_warps=1,
    )  # fmt: skip
    return query
