"""A model is planned in the format it will have, and refused with the numbers before it is read."""

from dataclasses import replace

import pytest
import torch

from engine.errors import EngineUnavailable
from engine.model.kv_storage import KVStorage
from engine.model.published import published_config
from engine.protocol import ErrorCode
from engine.runner import MemoryPlan, plan_kv_blocks, plan_workspace_bytes

GIBIBYTE = 2**30
MEBIBYTE = 2**20
AIR_ON_AN_H200 = MemoryPlan(
    device="cuda:0",
    weight_bytes=int(100.7 * GIBIBYTE),
    mtp_bytes=int(2.2 * GIBIBYTE),
    least_kv_bytes=736 * MEBIBYTE,
    workspace_bytes=2 * GIBIBYTE,
    free_bytes=138 * GIBIBYTE,
    free_host_bytes=60 * GIBIBYTE,
)
TINY_CACHE = {"num_layers": 3, "block_size": 16, "num_kv_heads": 2, "head_dim": 16}


def test_what_fits_is_said_for_the_log() -> None:
    AIR_ON_AN_H200.require_fit()
    assert AIR_ON_AN_H200.sentence() == (
        "Memory on cuda:0: 100.7 GiB of weights, 2.20 GiB of draft layer, at least 736 MiB of "
        "keys and values, 2.00 GiB to compute in, together 105.6 GiB of 138.0 GiB that are free."
    )


def test_what_does_not_fit_is_refused_with_every_number() -> None:
    with pytest.raises(EngineUnavailable) as refusal:
        replace(AIR_ON_AN_H200, device="cuda:1", free_bytes=78 * GIBIBYTE).require_fit()
    assert refusal.value.code is ErrorCode.OUT_OF_MEMORY
    for number in ("105.6 GiB on cuda:1", "100.7 GiB", "2.20 GiB", "736 MiB", "78.0 GiB are free"):
        assert number in refusal.value.message
    assert refusal.value.message.count(". ") == 0


def test_a_host_without_room_for_staging_is_refused_too() -> None:
    with pytest.raises(EngineUnavailable, match="256 MiB of host memory and 100 MiB are free"):
        replace(AIR_ON_AN_H200, free_host_bytes=100 * MEBIBYTE).require_fit()


def test_a_context_of_128k_tokens_is_admitted_where_the_memory_allows_it() -> None:
    block_bytes = KVStorage.bytes_per_block(**TINY_CACHE, dtype=torch.float32)
    needed = 131072 // 16 * block_bytes
    sizes = {"context_length": 131072, "block_size": 16, "bytes_per_block": block_bytes}
    ample = plan_kv_blocks(**sizes, max_running=8, memory_bytes=needed)
    assert ample.context_length == 131072
    assert "capped" not in ample.sentence(16, 131072)
    scarce = plan_kv_blocks(**sizes, max_running=8, memory_bytes=needed // 2)
    assert scarce.context_length == 65536
    assert "65536 tokens, capped from the model's 131072" in scarce.sentence(16, 131072)
    with pytest.raises(EngineUnavailable, match="4096 tokens and may use"):
        plan_kv_blocks(**sizes, max_running=8, memory_bytes=needed // 40)


def test_eight_bit_keys_and_values_hold_twice_the_context_of_16_bits() -> None:
    air = {"num_layers": 47, "block_size": 16, "num_kv_heads": 8, "head_dim": 128}
    narrow = KVStorage.bytes_per_block(**air, dtype=torch.float8_e4m3fn)
    wide = KVStorage.bytes_per_block(**air, dtype=torch.bfloat16)
    assert wide == 16 * 47 * 8 * 128 * 2 * 2
    assert 1.9 < wide / narrow < 2.0


def test_the_workspace_grows_with_chunk_rows_and_device() -> None:
    air = published_config("air")

    def workspace(device: str, prefill_tokens: int, sampled_rows: int) -> int:
        return plan_workspace_bytes(
            air,
            device=torch.device(device),
            dtype=torch.bfloat16,
            prefill_tokens=prefill_tokens,
            sampled_rows=sampled_rows,
        )

    small = workspace("cpu", 512, 8)
    assert 50 * MEBIBYTE < small < 512 * MEBIBYTE
    assert workspace("cpu", 2048, 8) > 2 * small
    assert workspace("cpu", 512, 64) - small == 56 * air.vocab_size * 28
    assert workspace("cuda", 512, 8) - small == 3 * GIBIBYTE // 2
