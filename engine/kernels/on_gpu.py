"""The Triton kernels under the names and signatures of the plain twins.

Where they differ it is in how things lie: the kernels take the numbers and the scales of a cache
apart, and lengths in any form. Import this only where there is a GPU (or Triton's interpreter).
"""

import functools
import itertools
from collections.abc import Sequence

import torch
from torch import Tensor

from engine.kernels.layer_cache import Fp8Cache, LayerCache
from engine.kernels.reference.draw_rows import DrawTensors
from engine.kernels.triton.accept_drafts import accept_drafts
from engine.kernels.triton.activation import silu_and_mul
from engine.kernels.triton.attention_prepare import attention_prepare as prepare_kernel
from engine.kernels.triton.draw_tokens import (
    DeviceDrawParameters,
    draw_tokens,
    draw_tokens_on_device,
)
from engine.kernels.triton.linear import linear
from engine.kernels.triton.moe import mixture_of_experts
from engine.kernels.triton.paged_attention import paged_attention as attention_kernel
from engine.kernels.triton.rms_norm import rms_norm
from engine.kernels.triton.router import route_tokens

__all__ = [
    "accept_drafts",
    "attention_prepare",
    "draw_rows",
    "draw_tokens",
    "linear",
    "mixture_of_experts",
    "paged_attention",
    "paged_decode_attention",
    "rms_norm",
    "route_tokens",
    "silu_and_mul",
]


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
    """Norms, rotary embedding and the write to the cache in one launch; shapes as in the twin."""
    return prepare_kernel(
        qkv,
        rotary,
        _numbers(keys),
        _numbers(values),
        slots,
        query_norm=query_norm,
        key_norm=key_norm,
        epsilon=epsilon,
        key_scales=_scales(keys),
        value_scales=_scales(values),
    )


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
    """Attention of packed sequences; shapes as in the twin."""
    device = query.device
    return attention_kernel(
        query,
        _numbers(keys),
        _numbers(values),
        query_starts=_on_device(tuple(query_starts), device),
        context_lengths=_on_device(tuple(context_lengths), device),
        context_starts=_on_device(tuple(context_starts), device),
        block_tables=block_tables,
        scale=scale,
        key_scales=_scales(keys),
        value_scales=_scales(values),
        max_queries=max(end - start for start, end in itertools.pairwise(query_starts)),
    )


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
    """Attention of as many rows for each sequence, without the host; shapes as in the twin."""
    return attention_kernel(
        query,
        _numbers(keys),
        _numbers(values),
        query_starts=_equal_starts(query.shape[0], rows_per_sequence, query.device),
        context_lengths=context_lengths,
        context_starts=context_starts,
        block_tables=block_tables,
        scale=scale,
        key_scales=_scales(keys),
        value_scales=_scales(values),
        max_queries=rows_per_sequence,
    )


def draw_rows(logits: Tensor, parameters: DrawTensors, vocab_size: int) -> Tensor:
    """Draw a token per row from settings on the device; shapes as in the twin."""
    settings = DeviceDrawParameters(
        temperature=parameters.temperature,
        top_p=parameters.top_p,
        top_k=parameters.top_k.int(),
        min_p=parameters.min_p,
        seed=parameters.seed,
        position=parameters.position,
    )
    return draw_tokens_on_device(logits, settings, vocab_size)


def _numbers(cache: LayerCache) -> Tensor:
    return cache.data if isinstance(cache, Fp8Cache) else cache


def _scales(cache: LayerCache) -> Tensor | None:
    return cache.scale if isinstance(cache, Fp8Cache) else None


@functools.lru_cache(maxsize=8)
def _on_device(numbers: tuple[int, ...], device: torch.device) -> Tensor:
    """int32 on the device, copied once for all layers of a step."""
    return torch.tensor(numbers, dtype=torch.int32, device=device)


@functools.cache
def _equal_starts(num_rows: int, rows_per_sequence: int, device: torch.device) -> Tensor:
    """Where sequences of equal length begin. Kept for ever: recordings read it by address."""
    return torch.arange(0, num_rows + 1, rows_per_sequence, dtype=torch.int32, device=device)
