"""Between the qkv projection and attention: norm of q and k, rotary, the write to the cache."""

import torch
from torch import Tensor

from engine.kernels.reference.paged_attention import write_kv
from engine.kernels.reference.quantize import FLOAT8_MAX, SMALLEST_PEAK
from engine.kernels.reference.rms_norm import rms_norm
from engine.kernels.reference.rotary import apply_rotary


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
    kv_heads, head_dim = keys.shape[2:]
    heads = qkv.view(qkv.shape[0], -1, head_dim)
    parts = [heads.shape[1] - 2 * kv_heads, kv_heads, kv_heads]
    query, key, value = torch.split(heads, parts, dim=1)
    if query_norm is not None and key_norm is not None:
        query, key = rms_norm(query, query_norm, epsilon), rms_norm(key, key_norm, epsilon)
    query, key = apply_rotary(query, *rotary), apply_rotary(key, *rotary)
    kept = slots >= 0
    if key_scales is None or value_scales is None:
        write_kv(key[kept], value[kept], keys, values, slots[kept])
    else:
        _write_quantized(key[kept], keys, key_scales, slots[kept])
        _write_quantized(value[kept], values, value_scales, slots[kept])
    return query


def _write_quantized(rows: Tensor, cache: Tensor, scales: Tensor, slots: Tensor) -> None:
    wide = rows.float()
    scale = wide.abs().amax(dim=-1).clamp(min=SMALLEST_PEAK) / FLOAT8_MAX
    data = (wide / scale.unsqueeze(-1)).clamp(-FLOAT8_MAX, FLOAT8_MAX).to(cache.dtype)
    # Copied as bytes: indexed copies of eight-bit floats are not implemented everywhere.
    cache.view(torch.uint8).flatten(0, 1)[slots] = data.view(torch.uint8)
    scales.flatten(0, 1)[slots] = scale
