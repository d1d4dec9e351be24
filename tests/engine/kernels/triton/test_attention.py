"""Preparing and computing attention against the plain twins: ragged, drafted, padded, quantized."""

from typing import Any

import pytest
import torch

from engine.kernels import Fp8Cache
from engine.kernels.reference.attention_prepare import attention_prepare as plain_prepare
from engine.kernels.reference.paged_attention import paged_attention as plain_attention
from engine.kernels.reference.rotary import rotary_cos_sin, rotary_frequencies
from engine.kernels.triton import decode_attention
from engine.kernels.triton.attention_prepare import attention_prepare
from engine.kernels.triton.decode_attention import choose_splits
from engine.kernels.triton.paged_attention import paged_attention
from tests.engine.kernels.triton.conftest import DEVICE
from tests.engine.kernels.triton.tensors import random

BLOCK_SIZE, KV_HEADS, NUM_BLOCKS = 16, 2, 40


@pytest.fixture(autouse=True)
def few_splits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode_attention, "choose_splits", lambda programs: 4)


def cache(head_dim: int, dtype: torch.dtype = torch.float32) -> tuple[torch.Tensor, torch.Tensor]:
    shape = NUM_BLOCKS, BLOCK_SIZE, KV_HEADS, head_dim
    return random(*shape, seed=11, dtype=dtype), random(*shape, seed=12, dtype=dtype)


def tables(num_sequences: int, blocks: int) -> torch.Tensor:
    order = torch.randperm(NUM_BLOCKS, generator=torch.Generator().manual_seed(7))
    return order[: num_sequences * blocks].view(num_sequences, blocks).to(DEVICE)


def starts_of(counts: list[int]) -> tuple[int, ...]:
    return tuple(sum(counts[:index]) for index in range(len(counts) + 1))


def layout(counts: list[int], lengths: list[int], firsts: list[int], blocks: int) -> dict[str, Any]:
    return {
        "query_starts": starts_of(counts),
        "context_lengths": tuple(lengths),
        "context_starts": tuple(firsts),
        "block_tables": tables(len(counts), blocks),
        "scale": 0.3,
    }


@pytest.mark.parametrize("counts", [[1], [1, 1, 1], [4, 4, 4], [2, 1, 3], [9, 1, 70]])
@pytest.mark.parametrize("head_dim", [24, 128])
def test_ragged_sequences_see_their_own_blocks_up_to_their_own_position(
    counts: list[int], head_dim: int
) -> None:
    heads = 24 if head_dim == 128 and max(counts) < 5 else 6
    query = random(sum(counts), heads, head_dim)
    lengths = [150, 19, 77][: len(counts)]
    where = layout(counts, lengths, [0] * len(counts), 10)
    torch.testing.assert_close(
        paged_attention(query, *cache(head_dim), **where),
        plain_attention(query, *cache(head_dim), **where),
        atol=1e-5,
        rtol=1e-5,
    )


@pytest.mark.parametrize("counts", [[1, 2], [6, 20]])
def test_positions_before_the_start_of_the_context_are_not_seen(counts: list[int]) -> None:
    query, (keys, values) = random(sum(counts), 6, 32), cache(32)
    where = layout(counts, [150, 90], [70, 3], 10)
    expected = plain_attention(query, keys, values, **where)
    keys[where["block_tables"][0, :4]] = float("nan")
    values[where["block_tables"][0, :4]] = float("nan")
    result = paged_attention(query, keys, values, **where)
    torch.testing.assert_close(result, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("counts", [[2, 2, 2], [5, 17]])
def test_bf16_stays_close_to_exact_arithmetic(counts: list[int]) -> None:
    query = random(sum(counts), 6, 32, dtype=torch.bfloat16)
    keys, values = cache(32, torch.bfloat16)
    where = layout(counts, [150, 19, 77][: len(counts)], [0] * len(counts), 10)
    exact = plain_attention(query.float(), keys.float(), values.float(), **where)
    result = paged_attention(query, keys, values, **where)
    assert result.dtype == torch.bfloat16
    torch.testing.assert_close(result.float(), exact, atol=0.02, rtol=2**-6)


@pytest.mark.parametrize("counts", [[1, 3], [5, 17]])
def test_a_cache_in_fp8_with_scales_equals_its_widened_twin(counts: list[int]) -> None:
    query, (keys, values) = random(sum(counts), 6, 32), cache(32)
    scales = [0.01 + random(*keys.shape[:3], seed=seed).abs() for seed in (13, 14)]
    keys, values = (3 * keys).to(torch.float8_e4m3fn), (3 * values).to(torch.float8_e4m3fn)
    where = layout(counts, [150, 19], [0, 0], 10)
    on_gpu = where | {"key_scales": scales[0], "value_scales": scales[1]}
    plain_caches = (
        Fp8Cache(data, scale) for data, scale in zip((keys, values), scales, strict=True)
    )
    torch.testing.assert_close(
        paged_attention(query, keys, values, **on_gpu),
        plain_attention(query, *plain_caches, **where),
        atol=1e-4,
        rtol=1e-4,
    )


def test_padding_gives_zeros_and_lengths_may_lie_on_the_device() -> None:
    counts, lengths = [2, 2, 2], [50, 0, 1]
    query, (keys, values) = random(6, 6, 32), cache(32)
    where = layout(counts, lengths, [0, 0, 0], 10)
    on_device = {
        name: torch.tensor(where[name], dtype=torch.int32, device=DEVICE)
        for name in ("query_starts", "context_lengths", "context_starts")
    }
    result = paged_attention(query, keys, values, **(where | on_device), max_queries=2)
    alone = layout([2], [50], [0], 10) | {"block_tables": where["block_tables"][:1]}
    torch.testing.assert_close(result[:2], plain_attention(query[:2], keys, values, **alone))
    assert torch.equal(result[2:5], torch.zeros_like(result[2:5]))
    only = values[where["block_tables"][2, 0], 0].repeat_interleave(3, dim=0)
    torch.testing.assert_close(result[5], only)


def test_starts_on_the_device_need_an_upper_bound_from_the_host() -> None:
    where = layout([1], [5], [0], 1)
    where["query_starts"] = torch.tensor([0, 1], dtype=torch.int32, device=DEVICE)
    with pytest.raises(TypeError, match="max_queries"):
        paged_attention(random(1, 6, 32), *cache(32), **where)


def test_a_sequence_gets_the_same_result_whatever_its_batch_mates_are() -> None:
    query, (keys, values) = random(4, 6, 32), cache(32)
    together = paged_attention(query, keys, values, **layout([2, 2], [150, 70], [0, 0], 10))
    other = layout([2, 2], [150, 9], [0, 0], 10)
    assert torch.equal(together[:2], paged_attention(query, keys, values, **other)[:2])


def test_splits_depend_on_the_number_of_sequences_only_and_are_powers_of_two() -> None:
    assert [choose_splits(programs) for programs in (1, 8, 64, 512, 5000)] == [64, 64, 8, 1, 1]


@pytest.mark.parametrize("normalizes", [True, False])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_preparing_norms_turns_and_writes_as_the_twin_does(
    normalizes: bool, dtype: torch.dtype
) -> None:
    head_dim, heads, slots = 48, 4, torch.tensor([35, 2, 17], device=DEVICE)
    qkv = random(3, (heads + 2 * KV_HEADS) * head_dim, dtype=dtype)
    norms: dict[str, Any] = {"query_norm": None, "key_norm": None, "epsilon": 1e-5}
    if normalizes:
        norms |= {"query_norm": 1 + random(head_dim, seed=5, dtype=dtype)}
        norms |= {"key_norm": 1 + random(head_dim, seed=6, dtype=dtype)}
    frequencies = rotary_frequencies(24, 1e4, DEVICE)
    rotary = rotary_cos_sin(torch.tensor([3, 700, 90000], device=DEVICE), frequencies, dtype)
    caches, plain_caches = cache(head_dim, dtype), cache(head_dim, dtype)
    result = attention_prepare(qkv, rotary, *caches, slots, **norms)
    expected = plain_prepare(qkv, rotary, *plain_caches, slots, **norms)
    tolerance: dict[str, Any] = {"atol": 1e-5, "rtol": 1e-5}
    if dtype == torch.bfloat16:
        tolerance = {"atol": 0.03, "rtol": 0.02}
    torch.testing.assert_close(result, expected, **tolerance)
    torch.testing.assert_close(caches[0], plain_caches[0], **tolerance)
    assert torch.equal(caches[1], plain_caches[1])


def test_preparing_writes_a_cache_in_fp8_with_a_scale_per_token_and_head() -> None:
    qkv, slots = random(3, 8 * 32), torch.tensor([35, -1, 17], device=DEVICE)
    rotary = rotary_cos_sin(
        torch.tensor([3, 70, 9], device=DEVICE), rotary_frequencies(16, 1e4, DEVICE), torch.float32
    )
    shape = NUM_BLOCKS, BLOCK_SIZE, KV_HEADS, 32
    caches, plain = (
        [
            Fp8Cache(
                torch.zeros(shape, dtype=torch.float8_e4m3fn, device=DEVICE),
                torch.zeros(shape[:3], device=DEVICE),
            )
            for _ in range(2)
        ]
        for _ in range(2)
    )
    attention_prepare(
        qkv, rotary, caches[0].data, caches[1].data, slots, query_norm=None, key_norm=None,
        epsilon=0.0, key_scales=caches[0].scale, value_scales=caches[1].scale,
    )  # fmt: skip
    kept = slots >= 0
    plain_prepare(
        qkv[kept], (rotary[0][kept], rotary[1][kept]), plain[0], plain[1], slots[kept],
        query_norm=None, key_norm=None, epsilon=0.0,
    )  # fmt: skip
    for part in range(2):
        torch.testing.assert_close(caches[part].scale, plain[part].scale)
        wide, expected = caches[part].data.float(), plain[part].data.float()
        assert (wide != expected).float().mean() < 1e-4
        assert int((expected.flatten(2).amax(dim=-1) != 0).sum()) == 2
