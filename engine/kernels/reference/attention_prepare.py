"""What lies between the qkv projection and attention: norms, rotary, the write to the cache."""

import torch
from torch import Tensor

from engine.kernels.layer_cache import LayerCache
from engine.kernels.reference.paged_attention import write_kv
from engine.kernels.reference.rms_norm import rms_norm
from engine.kernels.reference.rotary import apply_rotary


def attention_prepare(
    qkv: Tensor,
    rotary: tuple[Tensor, Tensor],
    keys: LayerCache,
    values: LayerCache,
    slots: Tensor,
    *,
    query_norm: Tensor | None,
    key_norm: Tensor | None,
    epsilon: float,
) -> Tensor:
    """Write the new keys and values to the cache and return the queries, ready for attention.

    qkv: [num_tokens, (heads + 2 * kv_heads) * head_dim]; rotary: as from `rotary_cos_sin`; keys,
    values: [num_blocks, block_size, kv_heads, head_dim]; slots: int64 [num_tokens]; query_norm,
    key_norm: [head_dim] or None. Returns [num_tokens, heads, head_dim].
    """
    kv_heads, head_dim = keys.shape[2:]
    heads = qkv.view(qkv.shape[0], -1, head_dim)
    sizes = [heads.shape[1] - 2 * kv_heads, kv_heads, kv_heads]
    query, key, value = torch.split(heads, sizes, dim=1)
    if query_norm is not None and key_norm is not None:
        query, key = rms_norm(query, query_norm, epsilon), rms_norm(key, key_norm, epsilon)
    query, key = apply_rotary(query, *rotary), apply_rotary(key, *rotary)
    write_kv(key, value, keys, values, slots)
    return query
