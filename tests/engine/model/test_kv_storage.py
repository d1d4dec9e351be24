"""The memory behind the cache: zeros of the asked shape, and on the CPU taken when it is used."""

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.kernels import Fp8Cache
from engine.kernels.layer_cache import read_blocks, write_slots
from engine.model.kv_storage import KVStorage

SHAPE = {"num_layers": 2, "block_size": 16, "num_kv_heads": 2, "head_dim": 32}
MEBIBYTE = 2**20
PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")


def resident_bytes(tensors: Iterable[torch.Tensor]) -> int:
    """Bytes of the tensors that are in memory, from the page table. Not those of the process:
    what ran before in it takes and gives back memory meanwhile."""
    pages = 0
    with Path("/proc/self/pagemap").open("rb") as pagemap:
        for tensor in tensors:
            first = tensor.data_ptr() // PAGE_SIZE
            last = (tensor.data_ptr() + tensor.nbytes - 1) // PAGE_SIZE
            pagemap.seek(first * 8)
            entries = np.frombuffer(pagemap.read((last - first + 1) * 8), dtype=np.uint64)
            pages += int((entries >> np.uint64(63)).sum())  # the topmost bit: present
    return pages * PAGE_SIZE


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_every_layer_has_zeros_of_its_own(dtype: torch.dtype) -> None:
    kv = KVStorage(**SHAPE, num_blocks=3, dtype=dtype, device="cpu")
    keys, values = kv.plain_layers()
    keys[0].fill_(1.0)
    for tensor in (keys[1], *values):
        assert tensor.shape == (3, 16, 2, 32)
        assert tensor.dtype == dtype
        assert not tensor.any()


def test_blocks_that_nobody_used_take_no_memory() -> None:
    num_blocks = 256 * MEBIBYTE // KVStorage.bytes_per_block(**SHAPE, dtype=torch.float32)
    kv = KVStorage(**SHAPE, num_blocks=num_blocks, dtype=torch.float32, device="cpu")
    keys, values = kv.plain_layers()
    keys[0][0].fill_(1.0)
    assert 0 < resident_bytes([*keys, *values]) < 32 * MEBIBYTE
    keys[0].fill_(1.0)  # what is used counts, or the figure above would say nothing
    assert resident_bytes([*keys, *values]) >= 64 * MEBIBYTE


def test_eight_bit_numbers_have_a_scale_for_each_token_and_head() -> None:
    kv = KVStorage(**SHAPE, num_blocks=3, dtype=torch.float8_e4m3fn, device="cpu")
    cache = kv.keys[1]
    assert isinstance(cache, Fp8Cache)
    assert (cache.data.shape, cache.scale.shape) == ((3, 16, 2, 32), (3, 16, 2))
    held = sum(
        layer.data.nbytes + layer.scale.nbytes
        for layer in (*kv.keys, *kv.values)
        if isinstance(layer, Fp8Cache)
    )
    assert held == 3 * KVStorage.bytes_per_block(**SHAPE, dtype=torch.float8_e4m3fn)
    with pytest.raises(ValueError, match="eight bits"):
        kv.plain_layers()


def test_eight_bit_rows_come_back_within_the_format_and_leave_others_alone() -> None:
    kv = KVStorage(**SHAPE, num_blocks=3, dtype=torch.float8_e4m3fn, device="cpu")
    rows = torch.randn(40, 2, 32, generator=torch.Generator().manual_seed(1)) * 100
    rows[7] = 0.0
    write_slots(kv.keys[0], torch.arange(40), rows)
    write_slots(kv.keys[0], torch.tensor([41]), torch.full((1, 2, 32), 1e4))
    found = read_blocks(kv.keys[0], torch.tensor([0, 1, 2]))
    error = (found[:40] - rows).abs().amax(-1)
    assert (error <= rows.abs().amax(-1) / 28 + 1e-9).all()
    assert not found[7].any()
    assert not found[40].any()
    torch.testing.assert_close(found[41], torch.full((2, 32), 1e4))
