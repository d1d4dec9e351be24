"""Rotary embedding: pairs i with i + half, leaves the tail of the head alone."""

import math

import torch

from engine.kernels import apply_rotary, rotary_cos_sin, rotary_frequencies

HEAD_DIM, ROTARY_DIM, THETA = 16, 8, 1_000_000.0


def turn(heads: torch.Tensor, positions: list[int]) -> torch.Tensor:
    frequencies = rotary_frequencies(ROTARY_DIM, THETA, "cpu")
    cos, sin = rotary_cos_sin(torch.tensor(positions), frequencies, torch.float32)
    return apply_rotary(heads, cos, sin)


def test_value_i_turns_with_value_i_plus_half_of_the_rotary_dim() -> None:
    position, pair = 3, 1
    angle = position * THETA ** (-2 * pair / ROTARY_DIM)
    heads = torch.zeros(1, 1, HEAD_DIM)
    heads[0, 0, pair] = 1.0
    turned = turn(heads, [position])[0, 0]
    expected = torch.zeros(HEAD_DIM)
    expected[pair] = math.cos(angle)
    expected[pair + ROTARY_DIM // 2] = math.sin(angle)
    torch.testing.assert_close(turned, expected)


def test_the_partner_turns_the_other_way() -> None:
    position, pair = 5, 2
    angle = position * THETA ** (-2 * pair / ROTARY_DIM)
    heads = torch.zeros(1, 1, HEAD_DIM)
    heads[0, 0, pair + ROTARY_DIM // 2] = 1.0
    turned = turn(heads, [position])[0, 0]
    assert turned[pair].item() == torch.tensor(-math.sin(angle)).item()
    torch.testing.assert_close(turned[pair + ROTARY_DIM // 2].item(), math.cos(angle))


def test_values_behind_the_rotary_dim_pass_through() -> None:
    heads = torch.randn(4, 3, HEAD_DIM, generator=torch.Generator().manual_seed(1))
    turned = turn(heads, [0, 1, 100, 4000])
    assert torch.equal(turned[..., ROTARY_DIM:], heads[..., ROTARY_DIM:])
    assert torch.equal(turned[0], heads[0])
    assert not torch.equal(turned[1], heads[1])


def test_products_depend_only_on_the_distance() -> None:
    generator = torch.Generator().manual_seed(2)
    query, key = torch.randn(2, 1, 1, HEAD_DIM, generator=generator)
    near = (turn(query, [9]) * turn(key, [2])).sum()
    far = (turn(query, [1009]) * turn(key, [1002])).sum()
    torch.testing.assert_close(near, far, atol=1e-3, rtol=0)


def test_angles_are_computed_in_fp32_also_for_bf16() -> None:
    frequencies = rotary_frequencies(ROTARY_DIM, THETA, "cpu")
    positions = torch.tensor([130_001])
    cos, _ = rotary_cos_sin(positions, frequencies, torch.bfloat16)
    exact = torch.cos(130_001 * frequencies.double())
    assert cos.dtype == torch.bfloat16
    torch.testing.assert_close(cos[0, 0].double(), exact, atol=0.01, rtol=0)
