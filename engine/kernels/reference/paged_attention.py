"""Causal attention with grouped queries over keys and values that lie in cache blocks."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from engine.kernels.layer_cache import LayerCache, read_blocks, write_slots


def write_kv(
    key: Tensor, value: Tensor, keys: LayerCache, values: LayerCache, slots: Tensor
) -> None:
    """Store new keys and values [num_tokens, kv_heads, head_dim] in the cache of one layer.

    keys, values: [num_blocks, block_size, kv_heads, head_dim]; slots: int64 [num_tokens],
    block * block_size + offset.
    """
    write_slots(keys, slots, key)
    write_slots(values, slots, value)


def paged_attention(
    query: Tensor,
    keys: LayerCache,
    values: LayerCache,
    *,
    query_starts: Sequence[int],
    context_lengths: Sequence[int],
    context_starts: Sequence[int],
    block_tables: Tensor,
    scale: float,
) -> Tensor:
    """Attention of each packed sequence over its own blocks; the new keys are in the cache.

    query: [num_tokens, num_heads, head_dim]; keys, values: [num_blocks, block_size, kv_heads,
    head_dim]; block_tables: int64 [num_sequences, max_blocks]. The queries of a sequence are the
    last tokens of its context, which begins at position `context_starts` (0, except where earlier
    keys are missing, as in the draft layer). Returns [num_tokens, num_heads, head_dim].

    Each sequence is computed by itself, so its result does not depend on its batch mates.
    """
    block_size = keys.shape[1]
    outputs = []
    for index, context_length in enumerate(context_lengths):
        first_block, end_block = (
            context_starts[index] // block_size,
            -(-context_length // block_size),
        )
        blocks = block_tables[index, first_block:end_block]
        skipped = first_block * block_size
        seen = slice(context_starts[index] - skipped, context_length - skipped)
        sequence_query = query[query_starts[index] : query_starts[index + 1]]
        sequence_keys = read_blocks(keys, blocks)[seen]
        sequence_values = read_blocks(values, blocks)[seen]
        attend = _attend_one if sequence_query.shape[0] == 1 else _attend_many
        outputs.append(attend(sequence_query, sequence_keys, sequence_values, scale))
    return outputs[0] if len(outputs) == 1 else torch.cat(outputs)


def _attend_one(query: Tensor, keys: Tensor, values: Tensor, scale: float) -> Tensor:
    """One new token sees its whole context; the heads of a group become rows of one query."""
    num_heads, head_dim = query.shape[1:]
    grouped = query.view(1, keys.shape[1], num_heads // keys.shape[1], head_dim)
    output = functional.scaled_dot_product_attention(
        grouped,
        keys.transpose(0, 1).unsqueeze(0).to(query.dtype),
        values.transpose(0, 1).unsqueeze(0).to(query.dtype),
        scale=scale,
    )
    return output.reshape(1, num_heads, head_dim)


def _attend_many(query: Tensor, keys: Tensor, values: Tensor, scale: float) -> Tensor:
    """Several new tokens: each sees what lies before it and itself."""
    num_queries, context_length = query.shape[0], keys.shape[0]
    mask = None
    if num_queries < context_length:
        mask = torch.ones(num_queries, context_length, dtype=torch.bool, device=query.device)
        mask = mask.tril(context_length - num_queries)
    output = functional.scaled_dot_product_attention(
        query.transpose(0, 1).unsqueeze(0),
        keys.transpose(0, 1).unsqueeze(0).to(query.dtype),
        values.transpose(0, 1).unsqueeze(0).to(query.dtype),
        attn_mask=mask,
        is_causal=mask is None,
        scale=scale,
        enable_gqa=True,
    )
    return output.squeeze(0).transpose(0, 1)
