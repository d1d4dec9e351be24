"""FP8 weights: one scale per output row, in any of the shapes and types that are stored."""

import pytest
import torch

from engine.checkpoint.formats import dequantize, pair_fp8


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_each_row_has_its_own_scale(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    data = torch.tensor([[1.0, -2.0], [4.0, 0.5], [448.0, -448.0]]).to(torch.float8_e4m3fn)
    scale = torch.tensor([0.5, 2.0, 0.25], dtype=dtype).reshape(shape)
    widened = dequantize(pair_fp8(data, scale), torch.float32)
    assert widened.tolist() == [[0.5, -1.0], [8.0, 1.0], [112.0, -112.0]]


def test_a_product_is_rounded_once() -> None:
    data = torch.tensor([[1.125]]).to(torch.float8_e4m3fn)
    scale = torch.tensor([1.00390625 + 2**-12])
    widened = dequantize(pair_fp8(data, scale), torch.bfloat16)
    assert widened.item() == torch.tensor(1.125 * scale.item()).bfloat16().item()


def test_a_plain_weight_is_only_cast() -> None:
    weight = torch.tensor([[1.5, 2.25]], dtype=torch.bfloat16)
    assert dequantize(weight, torch.float32).tolist() == [[1.5, 2.25]]
