"""The books of the block pool always balance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kvcache import BlockPool, BlockPoolError


def test_allocated_blocks_are_distinct_and_counted() -> None:
    pool = BlockPool(6)
    first, second = pool.allocate(2), pool.allocate(3)
    assert len({*first, *second}) == 5
    assert (pool.num_used, pool.num_free) == (5, 1)


def test_an_allocation_that_does_not_fit_takes_nothing() -> None:
    pool = BlockPool(4)
    pool.allocate(2)
    with pytest.raises(BlockPoolError, match="3 blocks were asked for and 2 are free"):
        pool.allocate(3)
    assert pool.num_free == 2


def test_a_block_cannot_be_freed_twice() -> None:
    pool = BlockPool(4)
    blocks = pool.allocate(2)
    pool.free(blocks)
    with pytest.raises(BlockPoolError, match="freed twice"):
        pool.free(blocks)
    pool.check_idle()


def test_a_block_cannot_be_freed_twice_in_one_call_and_nothing_changes() -> None:
    pool = BlockPool(4)
    blocks = pool.allocate(2)
    with pytest.raises(BlockPoolError, match="freed twice"):
        pool.free([*blocks, blocks[0]])
    assert pool.num_used == 2


@pytest.mark.parametrize("block", [-1, 4])
def test_a_block_that_does_not_exist_cannot_be_freed(block: int) -> None:
    with pytest.raises(BlockPoolError, match="does not exist"):
        BlockPool(4).free([block])


def test_a_shared_block_stays_until_its_last_holder_frees_it() -> None:
    pool = BlockPool(1)
    blocks = pool.allocate(1)
    pool.share(blocks)
    pool.free(blocks)
    assert pool.num_free == 0
    pool.free(blocks)
    assert pool.num_free == 1


def test_a_free_block_cannot_be_shared() -> None:
    with pytest.raises(BlockPoolError, match="is free"):
        BlockPool(1).share([0])


def test_the_idle_check_finds_a_block_that_nobody_gave_back() -> None:
    pool = BlockPool(3)
    pool.allocate(1)
    pool.check_integrity()
    with pytest.raises(BlockPoolError, match="1 blocks are held"):
        pool.check_idle()


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 5)), max_size=60))
def test_any_order_of_taking_and_giving_back_keeps_the_books(
    actions: list[tuple[bool, int]],
) -> None:
    pool, held = BlockPool(8), []
    for takes, count in actions:
        if takes and pool.can_allocate(count):
            held.append(pool.allocate(count))
        elif not takes and held:
            pool.free(held.pop(count % len(held)))
        pool.check_integrity()
        assert pool.num_used == sum(map(len, held))
    for blocks in held:
        pool.free(blocks)
    pool.check_idle()
