"""Attention of decode steps: as many rows for each sequence, and lengths that lie on the device."""

import torch
from torch import Tensor
from torch.nn import functional

from engine.kernels.layer_cache import LayerCache, read_blocks


def paged_decode_attention(
    query: Tensor,
    keys: LayerCache,
    values: LayerCache,
    *,
    rows_per_sequence: int,
    context_lengths: Tensor,
    context_starts: Tensor,
    block_tables: Tensor,
    scale: float,
) -> Tensor:
    """Attention of the last `rows_per_sequence` tokens of each sequence; their keys are cached.

    query: [batch * rows_per_sequence, num_heads, head_dim], sequence by sequence; keys, values:
    [num_blocks, block_size, kv_heads, head_dim]; context_lengths, context_starts: int32 [batch];
    block_tables: int32 [batch, max_blocks]. Row j of a sequence stands at position
    context_length - rows_per_sequence + j and sees the positions from `context_start` up to its
    own. A row that sees nothing, as in a sequence of length 0, gives zeros. Returns the shape of
    `query`. The work depends on the width of the tables and on no length: it can be recorded.
    """
    batch, num_heads = block_tables.shape[0], query.shape[1]
    grouped = query.view(batch, rows_per_sequence, num_heads, -1).transpose(1, 2)
    sees = _visible(keys, rows_per_sequence, context_lengths, context_starts, block_tables)
    output = functional.scaled_dot_product_attention(
        grouped,
        _gather(keys, block_tables, sees).to(query.dtype),
        _gather(values, block_tables, sees).to(query.dtype),
        # A row without anything to see gets something, and its answer is taken away below.
        attn_mask=(sees | ~sees.any(dim=-1, keepdim=True)).unsqueeze(1),
        scale=scale,
        enable_gqa=True,
    )
    output = torch.where(sees.any(dim=-1)[:, None, :, None], output, 0.0)
    return output.transpose(1, 2).reshape(query.shape)


def _visible(
    keys: LayerCache,
    rows_per_sequence: int,
    context_lengths: Tensor,
    context_starts: Tensor,
    block_tables: Tensor,
) -> Tensor:
    """Which positions each row sees: bool [batch, rows_per_sequence, max_blocks * block_size]."""
    device = block_tables.device
    positions = torch.arange(block_tables.shape[1] * keys.shape[1], device=device)
    rows = torch.arange(rows_per_sequence, device=device)
    own = context_lengths[:, None] - rows_per_sequence + rows
    return (positions <= own[..., None]) & (positions >= context_starts[:, None, None])


def _gather(cache: LayerCache, block_tables: Tensor, sees: Tensor) -> Tensor:
    """The contexts of all sequences side by side: [batch, kv_heads, positions, head_dim].

    What no row sees is zero: a forgotten block may hold values that are not finite.
    """
    cells = read_blocks(cache, block_tables.flatten())
    contexts = cells.view(block_tables.shape[0], -1, *cells.shape[1:])
    seen = sees.any(dim=1)[..., None, None]
    return torch.where(seen, contexts, 0.0).transpose(1, 2)
