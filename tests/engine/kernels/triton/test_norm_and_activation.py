"""Norms, SwiGLU and the casts to FP8 against their plain twins."""

import pytest
import torch

from engine.kernels.reference import activation as plain_activation
from engine.kernels.reference import quantize as plain_quantize
from engine.kernels.reference.quantize import FLOAT8_MAX, QuantizedRows
from engine.kernels.reference.rms_norm import add_rms_norm as plain_add_rms_norm
from engine.kernels.reference.rms_norm import rms_norm as plain_rms_norm
from engine.kernels.triton import activation
from engine.kernels.triton.rms_norm import add_rms_norm, rms_norm, rms_norm_quantized
from tests.engine.kernels.triton.tensors import random

FLOAT8_STEP = 2**-3


def assert_same_rows(result: QuantizedRows, expected: QuantizedRows) -> None:
    """Equal scales; values equal but for a few that lie between two neighbors."""
    torch.testing.assert_close(result.scale, expected.scale, atol=0, rtol=2**-7)
    wide, expected_wide = result.data.float(), expected.data.float()
    assert (wide != expected_wide).float().mean() < 0.02
    torch.testing.assert_close(wide, expected_wide, atol=2**-9, rtol=FLOAT8_STEP)


@pytest.mark.parametrize("shape", [(1, 16), (3, 100), (2, 3, 128), (1, 4096)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_rms_norm_equals_the_twin(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    hidden, weight = random(*shape, dtype=dtype), (1 + random(shape[-1], seed=2)).to(dtype)
    result = rms_norm(hidden, weight, 1e-5)
    expected = plain_rms_norm(hidden, weight, 1e-5)
    torch.testing.assert_close(
        result, expected, atol=1e-6, rtol=1e-6 if result.itemsize == 4 else 2**-7
    )
    assert (result != expected).float().mean() < 0.01 or dtype == torch.float32


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_sum_before_the_norm_is_rounded_and_returned(dtype: torch.dtype) -> None:
    hidden, residual = random(3, 100, dtype=dtype), random(3, 100, seed=5, dtype=dtype)
    weight = random(100, seed=2, dtype=dtype)
    normed, total = add_rms_norm(hidden, residual, weight, 1e-5)
    expected, expected_total = plain_add_rms_norm(hidden, residual, weight, 1e-5)
    assert torch.equal(total, expected_total)
    torch.testing.assert_close(normed, expected, atol=1e-6, rtol=2**-7)


def test_a_norm_of_a_strided_view_reads_the_view() -> None:
    hidden, weight = random(4, 6, 16)[:, 1:3], random(16, seed=2)
    torch.testing.assert_close(rms_norm(hidden, weight, 1e-5), plain_rms_norm(hidden, weight, 1e-5))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_norm_and_its_cast_to_fp8_in_one_pass(dtype: torch.dtype) -> None:
    hidden, weight = random(5, 200, dtype=dtype), (1 + random(200, seed=2)).to(dtype)
    assert_same_rows(
        rms_norm_quantized(hidden, weight, 1e-5),
        plain_quantize.rms_norm_quantized(hidden, weight, 1e-5),
    )


@pytest.mark.parametrize("width", [8, 88, 1408])
def test_silu_and_mul_equals_the_twin(width: int) -> None:
    gate_up = 3 * random(2, 2 * width)
    torch.testing.assert_close(
        activation.silu_and_mul(gate_up), plain_activation.silu_and_mul(gate_up)
    )


def test_silu_and_mul_and_its_cast_to_fp8_in_one_pass() -> None:
    gate_up = 3 * random(4, 2 * 88, dtype=torch.bfloat16)
    assert_same_rows(
        activation.silu_and_mul_quantized(gate_up), plain_quantize.silu_and_mul_quantized(gate_up)
    )


def test_the_largest_value_of_a_row_becomes_448() -> None:
    hidden = random(3, 50) * torch.tensor([[1e-3], [1.0], [1e4]], device=random(1).device)
    rows = activation.quantize_rows(hidden)
    assert rows.data.float().abs().amax(dim=1).tolist() == [FLOAT8_MAX] * 3
    torch.testing.assert_close(rows.widened(), hidden, atol=0.02, rtol=2**-4)
    assert_same_rows(rows, plain_quantize.quantize_rows(hidden))


def test_a_row_of_zeros_stays_zero_and_finite() -> None:
    rows = activation.quantize_rows(torch.zeros(2, 20, device=random(1).device))
    assert torch.equal(rows.widened(), torch.zeros_like(rows.widened()))
