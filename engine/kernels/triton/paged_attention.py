"""Attention over the cache blocks: the number of new tokens per sequence chooses the kernel."""

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor

from engine.kernels.triton.decode_attention import (
    MAX_DECODE_QUERIES,
    CacheLayer,
    SequenceLayout,
    decode_attention,
)
from engine.kernels.triton.prefill_attention import prefill_attention

Integers = Sequence[int] | Tensor


def paged_attention(
    query: Tensor,
    keys: Tensor,
    values: Tensor,
    *,
    query_starts: Integers,
    context_lengths: Integers,
    context_starts: Integers,
    block_tables: Tensor,
    scale: float,
    key_scales: Tensor | None = None,
    value_scales: Tensor | None = None,
    max_queries: int | None = None,
) -> Tensor:
    """Attention of each packed sequence over its own blocks; the new keys are in the cache.

    query: [num_tokens, num_heads, head_dim]; keys, values: [num_blocks, block_size, kv_heads,
    head_dim]; block_tables: [num_sequences, max_blocks]; a cache in e4m3 comes with its scales,
    fp32 [num_blocks, block_size, kv_heads]. Starts and lengths may be host integers, or int32
    tensors on the device: then nothing but `max_queries` (needed then: an upper bound of the new
    tokens of a sequence) depends on the host, as a CUDA graph demands. A context length of 0 is
    padding and gives zeros. Returns [num_tokens, num_heads, head_dim].
    """
    layout = SequenceLayout(
        _on_device(query_starts, query.device),
        _on_device(context_lengths, query.device),
        _on_device(context_starts, query.device),
        block_tables,
        _max_queries(query_starts) if max_queries is None else max_queries,
    )
    cache = CacheLayer(keys, values, key_scales, value_scales)
    is_decode = layout.max_queries <= MAX_DECODE_QUERIES
    attend = decode_attention if is_decode else prefill_attention
    return attend(query.contiguous(), cache, layout, scale)


def _on_device(numbers: Integers, device: torch.device) -> Tensor:
    if isinstance(numbers, Tensor):
        return numbers
    return torch.tensor(numbers, dtype=torch.int32, device=device)


def _max_queries(query_starts: Integers) -> int:
    if isinstance(query_starts, Tensor):
        raise TypeError("max_queries must be given when the starts lie on the device")
    return max(end - start for start, end in itertools.pairwise(query_starts))
