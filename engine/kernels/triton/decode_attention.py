"""Attention of 1 to 4 new tokens per sequence over a long context: bound by reading the cache.

Grid: (splits, kv heads, sequences). A program takes all query heads that share a kv head, times the
new tokens (12 * 4 rows for GLM-4.5 with three drafts), as the rows of one tensor-core tile, so keys
and values are read once per kv head; its split is a contiguous part of the context. The number of
splits depends on the number of sequences only and lengths are read on the device, so one CUDA graph
serves every context length. A second launch (grid: heads, tokens) joins the splits in order.
Source of the idea: flash-decoding (Dao, Haziza, Massa and Sizov, 2023).
"""

from dataclasses import dataclass

import torch
import triton
import triton.language as tl
from torch import Tensor

from engine.kernels.triton.attention_tile import attend_tile
from engine.kernels.triton.launch import ceil_divide, next_power_of_two

MAX_DECODE_QUERIES = 4
_BLOCK_POSITIONS = 64
# Two programs for each of the 132 processors of an H200.
_PROGRAMS = 264
_MAX_SPLITS = 64
LOG2_E = 1.4426950408889634


@dataclass(frozen=True, slots=True)
class SequenceLayout:
    """Where the packed sequences lie, int32 on the device, [num_sequences] unless said otherwise.

    query_starts: [num_sequences + 1]; context_lengths: with the new tokens, 0 for padding;
    context_starts: first position that is seen; block_tables: [num_sequences, max_blocks];
    max_queries: upper bound, known to the host, of the new tokens of a sequence.
    """

    query_starts: Tensor
    context_lengths: Tensor
    context_starts: Tensor
    block_tables: Tensor
    max_queries: int

    @property
    def num_sequences(self) -> int:
        """Sequences of the batch, padding included."""
        return self.block_tables.shape[0]


@dataclass(frozen=True, slots=True)
class CacheLayer:
    """One layer's keys and values [num_blocks, block_size, kv_heads, head_dim].

    key_scales, value_scales: fp32 [num_blocks, block_size, kv_heads], set when the cache is e4m3.
    """

    keys: Tensor
    values: Tensor
    key_scales: Tensor | None = None
    value_scales: Tensor | None = None


@triton.jit
def _split_kernel(
    query_ptr, keys_ptr, values_ptr, key_scales_ptr, value_scales_ptr, starts_ptr, lengths_ptr,
    firsts_ptr, tables_ptr, partial_ptr, logsum_ptr, table_stride, num_heads, kv_heads, head_dim,
    exponent_scale, group: tl.constexpr, splits: tl.constexpr, block_size: tl.constexpr,
    block_rows: tl.constexpr, block_positions: tl.constexpr, block_dim: tl.constexpr,
    quantized: tl.constexpr,
):  # fmt: skip
    split, kv_head, sequence = tl.program_id(0), tl.program_id(1), tl.program_id(2)
    start = tl.load(starts_ptr + sequence)
    num_queries = tl.load(starts_ptr + sequence + 1) - start
    length, first = tl.load(lengths_ptr + sequence), tl.load(firsts_ptr + sequence)
    dims, rows = tl.arange(0, block_dim), tl.arange(0, block_rows)
    query_of_row, head = rows // group, kv_head * group + rows % group
    has_row = query_of_row < num_queries
    row_positions = length - num_queries + query_of_row
    row_ids = ((start + query_of_row) * num_heads + head).to(tl.int64)
    mask = has_row[:, None] & (dims < head_dim)[None, :]
    query = tl.load(query_ptr + row_ids[:, None] * head_dim + dims[None, :], mask=mask, other=0.0)

    first_tile = first // block_positions
    num_tiles = tl.maximum(tl.cdiv(length, block_positions) - first_tile, 0)
    tiles_per_split = tl.cdiv(num_tiles, splits)
    begin = first_tile + split * tiles_per_split
    end = tl.minimum(begin + tiles_per_split, first_tile + num_tiles)
    sums = tl.zeros((block_rows, block_dim), tl.float32)
    peak = tl.full((block_rows,), float("-inf"), tl.float32)
    total = tl.zeros((block_rows,), tl.float32)
    for tile in range(begin, end):
        positions = tile * block_positions + tl.arange(0, block_positions)
        sums, peak, total = attend_tile(
            query, sums, peak, total, positions, row_positions, first, length,
            tables_ptr + sequence.to(tl.int64) * table_stride, keys_ptr, values_ptr,
            key_scales_ptr, value_scales_ptr, kv_head, kv_heads, head_dim, exponent_scale,
            block_size, block_dim, quantized, query_ptr.dtype.element_ty,
        )  # fmt: skip
    seen = total > 0.0
    logsum = tl.where(seen, peak + tl.log2(tl.where(seen, total, 1.0)), float("-inf"))
    tl.store(logsum_ptr + row_ids * splits + split, logsum, mask=has_row)
    partial = partial_ptr + (row_ids * splits + split)[:, None] * head_dim + dims[None, :]
    # What has seen nothing is not stored: the second launch does not read it.
    tl.store(partial, sums / tl.where(seen, total, 1.0)[:, None], mask=mask & seen[:, None])


@triton.jit
def _join_kernel(
    partial_ptr, logsum_ptr, out_ptr, num_heads, head_dim, splits: tl.constexpr,
    block_dim: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(1).to(tl.int64) * num_heads + tl.program_id(0)
    parts, dims = tl.arange(0, splits), tl.arange(0, block_dim)
    logsums = tl.load(logsum_ptr + row * splits + parts)
    seen = logsums > float("-inf")
    peak = tl.max(logsums, axis=0)
    shares = tl.where(seen, tl.exp2(logsums - tl.where(peak > float("-inf"), peak, 0.0)), 0.0)
    partial = tl.load(
        partial_ptr + (row * splits + parts)[:, None] * head_dim + dims[None, :],
        mask=seen[:, None] & (dims < head_dim)[None, :],
        other=0.0,
    )
    total = tl.sum(shares, axis=0)
    joined = tl.sum(partial * shares[:, None], axis=0) / tl.where(total > 0.0, total, 1.0)
    out = out_ptr + row * head_dim + dims
    tl.store(out, joined.to(out_ptr.dtype.element_ty), mask=dims < head_dim)


def decode_attention(
    query: Tensor, cache: CacheLayer, layout: SequenceLayout, scale: float
) -> Tensor:
    """Attention of each sequence's last tokens: [num_tokens, heads, head_dim] to the same.

    Rows that see nothing (padding) come out as zeros.
    """
    num_tokens, num_heads, head_dim = query.shape
    block_size, kv_heads = cache.keys.shape[1:3]
    group, splits = num_heads // kv_heads, choose_splits(layout.num_sequences * kv_heads)
    block_dim = max(16, next_power_of_two(head_dim))
    device = query.device
    partial = torch.empty(num_tokens, num_heads, splits, head_dim, device=device)
    logsum = torch.empty(num_tokens, num_heads, splits, device=device)
    out = torch.empty_like(query)
    quantized = cache.key_scales is not None
    _split_kernel[(splits, kv_heads, layout.num_sequences)](
        query, cache.keys, cache.values, cache.key_scales if quantized else logsum,
        cache.value_scales if quantized else logsum, layout.query_starts, layout.context_lengths,
        layout.context_starts, layout.block_tables, partial, logsum, layout.block_tables.stride(0),
        num_heads, kv_heads, head_dim, scale * LOG2_E, group=group, splits=splits,
        block_size=block_size, block_rows=max(16, next_power_of_two(group * layout.max_queries)),
        block_positions=_BLOCK_POSITIONS, block_dim=block_dim, quantized=quantized, num_warps=4,
        num_stages=3,
    )  # fmt: skip
    _join_kernel[(num_heads, num_tokens)](
        partial, logsum, out, num_heads, head_dim, splits=splits, block_dim=block_dim, num_warps=2
    )
    return out


def choose_splits(programs_per_split: int) -> int:
    """Splits of a context, a power of two: enough programs for the device, whatever the length."""
    wanted = ceil_divide(_PROGRAMS, programs_per_split)
    return min(_MAX_SPLITS, next_power_of_two(wanted))
