"""Positions of a sequence lie where its blocks are."""

import pytest

from engine.kvcache import BlockTable, blocks_for_tokens


@pytest.mark.parametrize(("tokens", "blocks"), [(0, 0), (1, 1), (4, 1), (5, 2), (8, 2)])
def test_tokens_fill_blocks_and_the_last_may_be_partly_used(tokens: int, blocks: int) -> None:
    assert blocks_for_tokens(tokens, 4) == blocks


def test_slots_follow_the_blocks_in_order_of_position() -> None:
    table = BlockTable((7, 2), block_size=4)
    assert [table.slot(position) for position in range(8)] == [28, 29, 30, 31, 8, 9, 10, 11]


@pytest.mark.parametrize("position", [-1, 8])
def test_a_position_outside_of_the_reserved_blocks_has_no_slot(position: int) -> None:
    with pytest.raises(IndexError):
        BlockTable((7, 2), block_size=4).slot(position)


def test_first_blocks_covers_a_partly_filled_block() -> None:
    table = BlockTable((7, 2, 5), block_size=4)
    assert table.first_blocks(4) == (7,)
    assert table.first_blocks(5) == (7, 2)
