"""The memory behind the KV cache: one key and one value tensor per layer, cut into blocks."""

import contextlib
import math
import mmap

import torch

from engine.kernels import Fp8Cache, LayerCache

FP8 = torch.float8_e4m3fn


class KVStorage:
    """Keys (after rotary embedding) and values of every layer.

    `keys[layer]` and `values[layer]` are [num_blocks, block_size, kv_heads, head_dim]; with the
    `dtype` float8_e4m3fn they are `Fp8Cache`, which has a scale for each token and head beside.
    """

    def __init__(
        self,
        *,
        num_layers: int,
        num_blocks: int,
        block_size: int,
        num_kv_heads: int,
        head_dim: int,
        dtype: torch.dtype,
        device: torch.device | str,
    ) -> None:
        shape = (num_blocks, block_size, num_kv_heads, head_dim)
        self.block_size = block_size
        self.keys = [_empty_cache(shape, dtype, device) for _ in range(num_layers)]
        self.values = [_empty_cache(shape, dtype, device) for _ in range(num_layers)]

    @property
    def is_fp8(self) -> bool:
        """Whether keys and values are in eight bits."""
        return isinstance(self.keys[0], Fp8Cache)

    @property
    def block_bytes(self) -> int:
        """Bytes that one block takes over all layers, keys and values together."""
        _, block_size, num_kv_heads, head_dim = self.keys[0].shape
        first = self.keys[0]
        return self.bytes_per_block(
            num_layers=len(self.keys),
            block_size=block_size,
            num_kv_heads=num_kv_heads,
            head_dim=head_dim,
            dtype=FP8 if isinstance(first, Fp8Cache) else first.dtype,
        )

    def plain_layers(self) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        """Keys and values as tensors, for what reads plain numbers only. Raises ValueError when
        they are in eight bits."""
        keys = [cache for cache in self.keys if isinstance(cache, torch.Tensor)]
        values = [cache for cache in self.values if isinstance(cache, torch.Tensor)]
        if len(keys) != len(self.keys):
            raise ValueError("the keys and values are in eight bits")
        return keys, values

    @staticmethod
    def bytes_per_block(
        *,
        num_layers: int,
        block_size: int,
        num_kv_heads: int,
        head_dim: int,
        dtype: torch.dtype,
    ) -> int:
        """Bytes that one block takes over all layers, keys and values together."""
        scale_bytes = torch.float32.itemsize if dtype == FP8 else 0
        head_bytes = head_dim * dtype.itemsize + scale_bytes
        return 2 * num_layers * block_size * num_kv_heads * head_bytes


def _empty_cache(
    shape: tuple[int, ...], dtype: torch.dtype, device: torch.device | str
) -> LayerCache:
    data = _zeros(shape, dtype, device)
    return Fp8Cache(data, _zeros(shape[:-1], torch.float32, device)) if dtype == FP8 else data


def _zeros(shape: tuple[int, ...], dtype: torch.dtype, device: torch.device | str) -> torch.Tensor:
    """On the CPU, pages of their own, which the system hands out when they are first written: from
    the allocator, zeros may be memory that was used before and is cleared at once, so that an idle
    engine would hold the whole cache."""
    size = math.prod(shape) * dtype.itemsize
    if torch.device(device).type != "cpu" or size == 0:
        return torch.zeros(shape, dtype=dtype, device=device)
    pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        with contextlib.suppress(OSError):  # a kernel without huge pages
            pages.madvise(mmap.MADV_HUGEPAGE)
    return torch.frombuffer(pages, dtype=torch.uint8).view(dtype).view(shape)
