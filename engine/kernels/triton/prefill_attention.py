"""Causal attention of a chunk of new tokens over its own keys and those of a cached prefix.

Grid: (tiles of queries, heads, sequences). Keys and values are read from the cache blocks, where
the new ones have been written before; a program walks from the first position that is seen to its
own last one, so nothing is computed above the diagonal but the rest of its tile. The 12 heads that
share a kv head meet in the L2 cache. Source: FlashAttention-2 (Dao 2023, arXiv:2307.08691).
"""

import torch
import triton
import triton.language as tl
from torch import Tensor

from engine.kernels.triton.attention_tile import attend_tile
from engine.kernels.triton.decode_attention import LOG2_E, CacheLayer, SequenceLayout
from engine.kernels.triton.launch import ceil_divide, next_power_of_two

_BLOCK_QUERIES = 128
_BLOCK_POSITIONS = 64


@triton.jit
def _prefill_kernel(
    query_ptr, keys_ptr, values_ptr, key_scales_ptr, value_scales_ptr, starts_ptr, lengths_ptr,
    firsts_ptr, tables_ptr, out_ptr, table_stride, num_heads, kv_heads, head_dim, exponent_scale,
    block_size: tl.constexpr, block_queries: tl.constexpr, block_positions: tl.constexpr,
    block_dim: tl.constexpr, quantized: tl.constexpr,
):  # fmt: skip
    head, sequence = tl.program_id(1), tl.program_id(2)
    start = tl.load(starts_ptr + sequence)
    num_queries = tl.load(starts_ptr + sequence + 1) - start
    length, first = tl.load(lengths_ptr + sequence), tl.load(firsts_ptr + sequence)
    begin = tl.program_id(0) * block_queries
    if begin < num_queries:
        dims, rows = tl.arange(0, block_dim), begin + tl.arange(0, block_queries)
        row_positions = length - num_queries + rows
        offsets = ((start + rows).to(tl.int64) * num_heads + head)[:, None] * head_dim + dims[
            None, :
        ]
        mask = (rows < num_queries)[:, None] & (dims < head_dim)[None, :]
        query = tl.load(query_ptr + offsets, mask=mask, other=0.0)
        last = tl.minimum(length, length - num_queries + begin + block_queries)
        sums = tl.zeros((block_queries, block_dim), tl.float32)
        peak = tl.full((block_queries,), float("-inf"), tl.float32)
        total = tl.zeros((block_queries,), tl.float32)
        for tile in range(first // block_positions, tl.cdiv(last, block_positions)):
            positions = tile * block_positions + tl.arange(0, block_positions)
            sums, peak, total = attend_tile(
                query, sums, peak, total, positions, row_positions, first, length,
                tables_ptr + sequence.to(tl.int64) * table_stride, keys_ptr, values_ptr,
                key_scales_ptr, value_scales_ptr, head // (num_heads // kv_heads), kv_heads,
                head_dim, exponent_scale, block_size, block_dim, quantized,
                query_ptr.dtype.element_ty,
            )  # fmt: skip
        attended = sums / tl.where(total > 0.0, total, 1.0)[:, None]
        tl.store(out_ptr + offsets, attended.to(out_ptr.dtype.element_ty), mask=mask)


def prefill_attention(
    query: Tensor, cache: CacheLayer, layout: SequenceLayout, scale: float
) -> Tensor:
    """Attention of each sequence's last tokens: [num_tokens, heads, head_dim] to the same."""
    num_heads, head_dim = query.shape[1:]
    block_size, kv_heads = cache.keys.shape[1:3]
    block_queries = min(_BLOCK_QUERIES, max(16, next_power_of_two(layout.max_queries)))
    out = torch.empty_like(query)
    quantized = cache.key_scales is not None
    grid = ceil_divide(layout.max_queries, block_queries), num_heads, layout.num_sequences
    _prefill_kernel[grid](
        query, cache.keys, cache.values, cache.key_scales if quantized else out,
        cache.value_scales if quantized else out, layout.query_starts, layout.context_lengths,
        layout.context_starts, layout.block_tables, out, layout.block_tables.stride(0), num_heads,
        kv_heads, head_dim, scale * LOG2_E, block_size=block_size, block_queries=block_queries,
        block_positions=_BLOCK_POSITIONS, block_dim=max(16, next_power_of_two(head_dim)),
        quantized=quantized, num_warps=8 if block_queries == _BLOCK_QUERIES else 4, num_stages=3,
    )  # fmt: skip
    return out
