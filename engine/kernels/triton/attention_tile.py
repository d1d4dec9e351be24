"""One step of attention over keys and values in cache blocks, shared by decode and prefill.

The softmax is computed as the tiles come by: a running peak, and sums that are rescaled when the
peak rises (Milakov & Gimelshein 2018, arXiv:1805.02867; FlashAttention, arXiv:2205.14135).
"""

import triton
import triton.language as tl


@triton.jit
def attend_tile(
    query, sums, peak, total, positions, row_positions, first, length, table_ptr, keys_ptr,
    values_ptr, key_scales_ptr, value_scales_ptr, kv_head, kv_heads, head_dim, exponent_scale,
    block_size: tl.constexpr, block_dim: tl.constexpr, quantized: tl.constexpr,
    dtype: tl.constexpr,
):  # fmt: skip
    """Take in the keys and values at `positions` [block_positions].

    query: [rows, block_dim]; sums: fp32 [rows, block_dim]; peak, total: fp32 [rows]. Row r sees
    positions from `first` to row_positions[r], all below `length`. Scores are times
    exponent_scale, which holds log2(e). Returns the new sums, peak and total.
    """
    dims = tl.arange(0, block_dim)
    exists = (positions >= first) & (positions < length)
    block = tl.load(table_ptr + positions // block_size, mask=exists, other=0).to(tl.int64)
    cells = (block * block_size + positions % block_size) * kv_heads + kv_head
    offsets = cells[:, None] * head_dim + dims[None, :]
    mask = exists[:, None] & (dims < head_dim)[None, :]
    keys = tl.load(keys_ptr + offsets, mask=mask, other=0.0).to(dtype)
    scores = tl.dot(query, tl.trans(keys), input_precision="tf32x3") * exponent_scale
    if quantized:
        scores *= tl.load(key_scales_ptr + cells, mask=exists, other=0.0)[None, :]
    visible = exists[None, :] & (positions[None, :] <= row_positions[:, None])
    scores = tl.where(visible, scores, float("-inf"))
    new_peak = tl.maximum(peak, tl.max(scores, axis=1))
    # A row that has seen nothing yet has no peak to subtract.
    subtracted = tl.where(new_peak == float("-inf"), 0.0, new_peak)
    shares = tl.exp2(scores - subtracted[:, None])
    shrink = tl.exp2(peak - subtracted)
    total = total * shrink + tl.sum(shares, axis=1)
    if quantized:
        shares *= tl.load(value_scales_ptr + cells, mask=exists, other=0.0)[None, :]
    values = tl.load(values_ptr + offsets, mask=mask, other=0.0).to(dtype)
    sums = tl.dot(shares.to(dtype), values, sums * shrink[:, None], input_precision="tf32x3")
    return sums, new_peak, total
