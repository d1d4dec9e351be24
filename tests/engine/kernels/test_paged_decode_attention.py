"""Attention with lengths on the device: equal to the packed way, and calm about padding."""

import pytest
import torch
from torch import Tensor

from engine.kernels import paged_attention, paged_decode_attention

HEADS, KV_HEADS, HEAD_DIM, BLOCK_SIZE, NUM_BLOCKS = 6, 2, 8, 4, 40
SCALE = HEAD_DIM**-0.5


@pytest.fixture
def cache() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(3)
    shape = (NUM_BLOCKS, BLOCK_SIZE, KV_HEADS, HEAD_DIM)
    return torch.randn(shape, generator=generator), torch.randn(shape, generator=generator)


def make_query(rows: int) -> Tensor:
    return torch.randn(rows, HEADS, HEAD_DIM, generator=torch.Generator().manual_seed(rows))


def make_tables(batch: int) -> Tensor:
    order = torch.randperm(NUM_BLOCKS, generator=torch.Generator().manual_seed(7))
    return order[: batch * 8].view(batch, 8).int()


def attend(
    query: Tensor, cache: tuple[Tensor, Tensor], lengths: list[int], starts: list[int]
) -> Tensor:
    return paged_decode_attention(
        query,
        *cache,
        rows_per_sequence=query.shape[0] // len(lengths),
        context_lengths=torch.tensor(lengths, dtype=torch.int32),
        context_starts=torch.tensor(starts, dtype=torch.int32),
        block_tables=make_tables(len(lengths)),
        scale=SCALE,
    )


@pytest.mark.parametrize("rows", [1, 2, 4])
def test_the_packed_way_gives_the_same(cache: tuple[Tensor, Tensor], rows: int) -> None:
    lengths, starts = [31, 4, 17], [0, 0, 9]
    query = make_query(rows * 3)
    expected = paged_attention(
        query,
        *cache,
        query_starts=tuple(range(0, rows * 3 + 1, rows)),
        context_lengths=lengths,
        context_starts=starts,
        block_tables=make_tables(3).long(),
        scale=SCALE,
    )
    torch.testing.assert_close(attend(query, cache, lengths, starts), expected)


def test_a_sequence_of_no_length_gives_zeros(cache: tuple[Tensor, Tensor]) -> None:
    output = attend(make_query(4), cache, [0, 12], [0, 0])
    assert output[:2].abs().max() == 0
    assert output[2:].abs().min() > 0


def test_rows_before_the_first_position_give_zeros(cache: tuple[Tensor, Tensor]) -> None:
    output = attend(make_query(4), cache, [2], [0])
    assert output[:2].abs().max() == 0
    assert output[2:].abs().min() > 0


def test_what_no_row_sees_may_be_anything(cache: tuple[Tensor, Tensor]) -> None:
    query = make_query(2)
    expected = attend(query, cache, [10], [2])
    used = make_tables(1)[0].tolist()
    for tensor in cache:
        places = tensor.flatten(0, 1)
        for position in (0, 1, *range(10, 32)):
            places[used[position // BLOCK_SIZE] * BLOCK_SIZE + position % BLOCK_SIZE] = torch.nan
    assert torch.equal(attend(query, cache, [10], [2]), expected)
