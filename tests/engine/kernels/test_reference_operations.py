"""Norm, activation, experts and attention against the plainest way to write them."""

import math

import pytest
import torch

from engine.kernels import LinearWeight, linear, paged_attention, rms_norm, silu_and_mul, write_kv
from engine.kernels.reference.moe_experts import mixture_of_experts, moe_experts


def random(*shape: int, seed: int = 1) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_rms_norm_casts_back_before_it_multiplies_by_the_weight() -> None:
    hidden, weight = random(50, 64).bfloat16(), (1 + 0.1 * random(64, seed=2)).bfloat16()
    wide = hidden.float()
    normed = wide / (wide.square().mean(dim=-1, keepdim=True) + 1e-5).sqrt()
    torch.testing.assert_close(
        rms_norm(hidden, weight, 1e-5), normed.bfloat16() * weight, atol=1e-6, rtol=1e-2
    )
    late = (normed * weight.float()).bfloat16()
    assert not torch.equal(rms_norm(hidden, weight, 1e-5), late)


def test_rms_norm_in_fp32_is_the_formula() -> None:
    hidden, weight = random(5, 3, 16), random(16, seed=2)
    expected = hidden * torch.rsqrt(hidden.square().mean(dim=-1, keepdim=True) + 1e-5) * weight
    torch.testing.assert_close(rms_norm(hidden, weight, 1e-5), expected)


def test_silu_and_mul_gates_the_second_half_by_the_first() -> None:
    gate_up = torch.tensor([[1.0, -2.0, 3.0, 4.0]])
    expected = [[3 / (1 + math.exp(-1)), -8 / (1 + math.exp(2))]]
    torch.testing.assert_close(silu_and_mul(gate_up), torch.tensor(expected))


@pytest.mark.parametrize("num_tokens", [1, 2, 9])
def test_experts_are_weighted_and_summed_per_token(num_tokens: int) -> None:
    hidden, gate_up, down = random(num_tokens, 8), random(4, 12, 8), random(4, 8, 6)
    weights = random(num_tokens, 2, seed=3).abs()
    expert_ids = torch.stack([torch.randperm(4)[:2] for _ in range(num_tokens)])
    expected = torch.zeros(num_tokens, 8)
    for token in range(num_tokens):
        for weight, expert in zip(weights[token], expert_ids[token], strict=True):
            inner = silu_and_mul(gate_up[expert] @ hidden[token])
            expected[token] += weight * (down[expert] @ inner)
    result = moe_experts(hidden, LinearWeight(gate_up), LinearWeight(down), weights, expert_ids)
    torch.testing.assert_close(result, expected, atol=1e-4, rtol=1e-4)


def test_a_token_that_meets_its_experts_in_another_order_gets_the_same_sum() -> None:
    hidden = random(1, 8)
    gate_up, down = LinearWeight(random(4, 12, 8)), LinearWeight(random(4, 8, 6))
    weights, expert_ids = torch.tensor([[0.3, 0.9, 0.2]]), torch.tensor([[2, 0, 3]])
    first = moe_experts(hidden, gate_up, down, weights, expert_ids)
    assert torch.equal(
        first, moe_experts(hidden, gate_up, down, weights.flip(1), expert_ids.flip(1))
    )


def test_the_shared_expert_is_added_unweighted() -> None:
    hidden, weights = random(3, 8), torch.zeros(3, 1)
    routed = LinearWeight(random(4, 12, 8)), LinearWeight(random(4, 8, 6))
    gate_up, down = random(10, 8, seed=4), random(8, 5, seed=5)
    ids = torch.zeros(3, 1, dtype=torch.int64)
    shared = LinearWeight(gate_up), LinearWeight(down)
    result = mixture_of_experts(hidden, weights, ids, *routed, *shared)
    torch.testing.assert_close(result, silu_and_mul(hidden @ gate_up.T) @ down.T)


def test_an_eight_bit_weight_is_its_data_times_the_scale_of_each_row() -> None:
    data = random(6, 8).to(torch.float8_e4m3fn)
    scale = random(6, seed=2).abs()
    hidden, bias = random(3, 8, seed=3), random(6, seed=4)
    expected = hidden @ (data.float() * scale[:, None]).T + bias
    torch.testing.assert_close(linear(hidden, LinearWeight(data, scale), bias), expected)


@pytest.mark.parametrize("start", [0, 3, 4, 11])
@pytest.mark.parametrize("num_new", [1, 2, 9])
def test_paged_attention_sees_nothing_before_its_context_begins(num_new: int, start: int) -> None:
    context, blocks = 20, torch.tensor([[4, 1, 3, 0, 2]])
    keys, values = random(5, 4, 2, 8, seed=1), random(5, 4, 2, 8, seed=2)
    query = random(num_new, 4, 8, seed=3)
    result = paged_attention(
        query,
        keys,
        values,
        query_starts=(0, num_new),
        context_lengths=(context,),
        context_starts=(start,),
        block_tables=blocks,
        scale=0.5,
    )
    key, value = keys[blocks[0]].flatten(0, 1), values[blocks[0]].flatten(0, 1)
    for row in range(num_new):
        seen = slice(start, context - num_new + row + 1)
        for head in range(4):
            scores = (key[seen, head // 2] @ query[row, head] * 0.5).softmax(dim=0)
            torch.testing.assert_close(result[row, head], scores @ value[seen, head // 2])


@pytest.mark.parametrize("num_new", [1, 2, 9, 21])
def test_paged_attention_is_causal_attention_over_the_blocks(num_new: int) -> None:
    context, block_size, blocks = 21, 4, torch.tensor([[6, 0, 3, 7, 1, 4]])
    keys, values = torch.zeros(2, 8, block_size, 2, 16)
    key, value = random(context, 2, 16, seed=1), random(context, 2, 16, seed=2)
    query = random(num_new, 6, 16, seed=3)
    slots = torch.tensor([int(blocks[0, i // 4]) * 4 + i % 4 for i in range(context)])
    write_kv(key, value, keys, values, slots)
    result = paged_attention(
        query,
        keys,
        values,
        query_starts=(0, num_new),
        context_lengths=(context,),
        context_starts=(0,),
        block_tables=blocks,
        scale=0.25,
    )
    for row in range(num_new):
        seen = context - num_new + row + 1
        for head in range(6):
            scores = (key[:seen, head // 3] @ query[row, head] * 0.25).softmax(dim=0)
            torch.testing.assert_close(result[row, head], scores @ value[:seen, head // 3])


def test_writing_to_the_cache_leaves_other_slots_alone() -> None:
    keys, values = torch.full((2, 3, 4, 2, 8), 5.0)
    write_kv(random(2, 2, 8), random(2, 2, 8, seed=2), keys, values, torch.tensor([7, 2]))
    touched = (keys != 5.0).flatten(2).any(dim=-1).flatten().nonzero().flatten()
    assert touched.tolist() == [2, 7]
