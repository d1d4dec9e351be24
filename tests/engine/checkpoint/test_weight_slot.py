"""A slot takes rows in any format, turns them into its own, and may hold only a region."""

import torch

from engine.checkpoint.formats import Fp8Weight, dequantize, quantize_rows
from engine.checkpoint.weight_slot import WeightSlot

ROWS, COLUMNS = 12, 32


def random_weight() -> torch.Tensor:
    return torch.randn(ROWS, COLUMNS, generator=torch.Generator().manual_seed(3))


def fp8_slot() -> WeightSlot:
    data = torch.empty(ROWS, COLUMNS, dtype=torch.float8_e4m3fn)
    return WeightSlot(data, (ROWS, COLUMNS), torch.empty(ROWS))


def fill_in_pieces(slot: WeightSlot, weight: Fp8Weight) -> None:
    for row in range(0, ROWS, 5):
        part = slice(row, row + 5)
        slot.fill(row, Fp8Weight(weight.data[part], weight.scale[part]))


def test_eight_bits_are_kept_as_they_are_stored() -> None:
    slot, weight = fp8_slot(), quantize_rows(random_weight())
    fill_in_pieces(slot, weight)
    assert slot.scale is not None
    assert torch.equal(slot.data.view(torch.uint8), weight.data.view(torch.uint8))
    assert torch.equal(slot.scale, weight.scale)


def test_eight_bits_are_widened_as_dequantize_does_in_every_type() -> None:
    weight = quantize_rows(random_weight())
    for dtype in (torch.float32, torch.bfloat16):
        slot = WeightSlot(torch.empty(ROWS, COLUMNS, dtype=dtype), (ROWS, COLUMNS))
        fill_in_pieces(slot, weight)
        assert torch.equal(slot.data, dequantize(weight, dtype))


def test_plain_rows_become_eight_bits_where_the_slot_has_them() -> None:
    slot, weight = fp8_slot(), random_weight()
    slot.fill(0, weight[:7])
    slot.fill(7, weight[7:])
    assert slot.scale is not None
    expected = quantize_rows(weight)
    assert torch.equal(slot.data.view(torch.uint8), expected.data.view(torch.uint8))
    assert torch.equal(slot.scale, expected.scale)
    error = (dequantize(expected, torch.float32) - weight).abs() / weight.abs().amax(
        1, keepdim=True
    )
    assert error.max() < 1 / 28  # e4m3 has three bits after the point: 16 of 448 at the top


def test_a_row_of_zeros_keeps_a_scale_above_zero() -> None:
    assert (quantize_rows(torch.zeros(2, 4)).scale > 0).all()


def test_a_slot_of_some_columns_takes_only_these() -> None:
    weight = random_weight()
    slot = WeightSlot(torch.empty(ROWS, 8), (ROWS, COLUMNS), first_column=16)
    slot.fill(0, weight)
    assert torch.equal(slot.data, weight[:, 16:24])
    quantized = quantize_rows(weight)
    slot.fill(0, quantized)
    assert torch.equal(slot.data, dequantize(quantized, torch.float32)[:, 16:24])


def test_memory_is_counted_with_the_scales() -> None:
    assert fp8_slot().num_bytes == ROWS * COLUMNS + 4 * ROWS


def test_rows_of_the_same_form_are_read_where_they_belong_and_others_are_not() -> None:
    matrix = torch.zeros(4, 6, dtype=torch.bfloat16)
    slot = WeightSlot(matrix, (4, 6))
    own = slot.memory_of(1, 2, torch.bfloat16)
    assert own is not None
    rows = torch.arange(12, dtype=torch.bfloat16).view(2, 6)
    own.copy_(rows.view(-1).view(torch.uint8))
    slot.fill(1, own.view(torch.bfloat16).view(2, 6))
    torch.testing.assert_close(matrix[1:3], rows)
    assert not matrix[0].any()
    assert slot.memory_of(1, 2, torch.float32) is None
    assert WeightSlot(matrix, (4, 12), first_column=6).memory_of(0, 4, torch.bfloat16) is None
    assert WeightSlot(matrix[:, :3], (4, 3)).memory_of(0, 4, torch.bfloat16) is None
