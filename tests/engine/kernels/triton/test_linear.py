"""Linear maps of few rows against the plain twin: all formats, odd tails, split columns."""

import importlib
from dataclasses import replace

import pytest
import torch

from engine.kernels.reference.linear import linear as plain_linear
from engine.kernels.triton.linear import linear
from engine.kernels.triton.tuned import default_sizes
from tests.engine.kernels.triton.tensors import float8_weight, random, weight_like


@pytest.mark.parametrize("kind", ["fp8", "bf16", "fp32"])
@pytest.mark.parametrize("num_tokens", [1, 2, 5, 33])
def test_a_few_rows_times_a_weight_with_odd_tails(kind: str, num_tokens: int) -> None:
    hidden, weight = random(num_tokens, 150), weight_like(kind, 77, 150)
    bias, residual = random(77, seed=5), random(num_tokens, 77, seed=6)
    torch.testing.assert_close(
        linear(hidden, weight, bias, residual),
        plain_linear(hidden, weight, bias, residual),
        atol=2e-5,
        rtol=2e-5,
    )


@pytest.mark.parametrize("kind", ["fp8", "bf16"])
@pytest.mark.parametrize("num_tokens", [1, 4])
def test_bf16_rows_are_summed_in_fp32_and_rounded_once(kind: str, num_tokens: int) -> None:
    hidden = random(num_tokens, 4096, dtype=torch.bfloat16)
    weight = weight_like(kind, 48, 4096)
    exact = hidden.double() @ weight.widened(torch.float32).double().T
    result = linear(hidden, weight)
    assert result.dtype == torch.bfloat16
    torch.testing.assert_close(result.double(), exact, atol=1e-3, rtol=2**-8)


@pytest.mark.parametrize("num_tokens", [1, 3])
def test_split_columns_are_added_in_order_with_bias_and_residual_once(
    num_tokens: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = replace(default_sizes("linear", 20, 1000, num_tokens, 1), splits=4, block_columns=64)
    module = importlib.import_module("engine.kernels.triton.linear")
    monkeypatch.setattr(module, "tile_sizes", lambda *shape: sizes)
    hidden, weight, bias = random(num_tokens, 1000), float8_weight(20, 1000), random(20, seed=9)
    residual = random(num_tokens, 20, seed=10)
    result = linear(hidden, weight, bias, residual)
    torch.testing.assert_close(
        result, plain_linear(hidden, weight, bias, residual), atol=5e-5, rtol=5e-5
    )
    assert torch.equal(result, linear(hidden, weight, bias, residual))


def test_a_row_gets_the_same_result_whatever_its_batch_mates_are() -> None:
    hidden, weight = random(7, 300), float8_weight(40, 300)
    together = linear(hidden, weight)
    others = torch.cat([hidden[:1], random(6, 300, seed=8)])
    assert torch.equal(together[0], linear(others, weight)[0])


@pytest.mark.parametrize("kind", ["fp8", "bf16"])
def test_many_rows_take_the_path_of_prefill(kind: str) -> None:
    hidden, weight, bias = random(70, 64), weight_like(kind, 48, 64), random(48, seed=5)
    residual = random(70, 48, seed=6)
    result = linear(hidden, weight, bias, residual)
    exact = plain_linear(hidden, weight, bias, residual)
    # With FP8 weights the activations are rounded to e4m3 too: three bits behind the point.
    tolerance = 0.06 * (exact - residual).abs().max().item() if kind == "fp8" else 1e-5
    torch.testing.assert_close(result, exact, atol=tolerance, rtol=0)
    assert kind == "bf16" or not torch.allclose(result, exact, atol=1e-5)
