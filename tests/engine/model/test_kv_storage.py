"""The memory behind the cache: zeros of the asked shape, and on the CPU taken when it is used."""

from pathlib import Path

import pytest
import torch

from engine.model.kv_storage import KVStorage

SHAPE = {"num_layers": 2, "block_size": 16, "num_kv_heads": 2, "head_dim": 32}
MEBIBYTE = 2**20


def resident_bytes() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_every_layer_has_zeros_of_its_own(dtype: torch.dtype) -> None:
    kv = KVStorage(**SHAPE, num_blocks=3, dtype=dtype, device="cpu")
    kv.keys[0].fill_(1.0)
    for tensor in (kv.keys[1], *kv.values):
        assert tensor.shape == (3, 16, 2, 32)
        assert tensor.dtype == dtype
        assert not tensor.any()


def test_blocks_that_nobody_used_take_no_memory() -> None:
    num_blocks = 256 * MEBIBYTE // KVStorage.bytes_per_block(**SHAPE, dtype=torch.float32)
    before = resident_bytes()
    kv = KVStorage(**SHAPE, num_blocks=num_blocks, dtype=torch.float32, device="cpu")
    kv.keys[0][0].fill_(1.0)
    assert resident_bytes() - before < 32 * MEBIBYTE
