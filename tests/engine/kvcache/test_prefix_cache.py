"""Content outlives its holders, is found by what came before it, and never by anything else."""

import pytest

from engine.kvcache import BlockPool, BlockPoolError, extend_hash_chain, hash_block

A, B, C = (hash_block(bytes(16), [number]) for number in range(3))


def chain(token_ids: list[int], block_size: int = 4) -> list[bytes]:
    hashes: list[bytes] = []
    extend_hash_chain(hashes, token_ids, block_size)
    return hashes


def fill(pool: BlockPool, *contents: bytes) -> list[int]:
    """Allocate one block for each content and register it."""
    blocks = pool.allocate(len(contents))
    for block, content in zip(blocks, contents, strict=True):
        pool.register(block, content, draft_valid=False)
    return blocks


def test_only_full_blocks_have_a_hash() -> None:
    assert [len(chain([1] * count)) for count in (0, 3, 4, 7, 8)] == [0, 0, 1, 1, 2]


def test_a_chain_that_grows_with_the_text_is_the_chain_of_the_whole_text() -> None:
    text = list(range(70_000, 70_019))
    hashes: list[bytes] = []
    for end in range(len(text) + 1):
        extend_hash_chain(hashes, text[:end], 4)
    assert hashes == chain(text)


def test_the_same_block_after_another_beginning_has_another_hash() -> None:
    first, second = chain([1, 2, 3, 4, 9, 9, 9, 9]), chain([1, 2, 3, 5, 9, 9, 9, 9])
    assert not set(first) & set(second)
    assert chain([1, 2, 3, 4, 8])[0] == first[0]


def test_token_ids_do_not_run_into_each_other() -> None:
    assert chain([1, 256, 0, 0]) != chain([1, 0, 1, 0])


def test_a_free_block_is_found_and_shared_again() -> None:
    pool = BlockPool(4)
    blocks = fill(pool, A, B)
    pool.free(blocks)
    assert pool.num_free == 4
    assert pool.lookup([A, B, C]) == blocks
    pool.share(blocks)
    assert pool.num_used == 2
    pool.check_integrity()


def test_a_lookup_ends_at_the_first_content_that_is_missing() -> None:
    pool = BlockPool(4)
    blocks = fill(pool, A, C)
    assert pool.lookup([A, B, C]) == blocks[:1]
    assert pool.lookup([B, C]) == []


def test_blocks_without_content_are_handed_out_before_those_with() -> None:
    pool = BlockPool(4)
    cached = fill(pool, A, B)
    pool.free(cached)
    assert not set(pool.allocate(2)) & set(cached)
    assert pool.lookup([A, B]) == cached
    assert pool.counters.evicted_blocks == 0


def test_the_content_that_was_free_for_the_longest_time_is_evicted_first() -> None:
    pool = BlockPool(3)
    blocks = {content: fill(pool, content)[0] for content in (A, B, C)}
    for content in (B, A, C):
        pool.free([blocks[content]])
    # A reader that comes and goes makes content recent again.
    pool.share([blocks[B]])
    pool.free([blocks[B]])
    assert pool.allocate(2) == [blocks[A], blocks[C]]
    assert (pool.lookup([A]), pool.lookup([B])) == ([], [blocks[B]])
    assert pool.counters.evicted_blocks == 2


def test_the_end_of_a_conversation_is_evicted_before_its_beginning() -> None:
    pool = BlockPool(3)
    blocks = fill(pool, A, B, C)
    pool.free(blocks)
    pool.allocate(1)
    assert pool.lookup([A, B, C]) == blocks[:2]


def test_a_block_that_somebody_holds_is_never_evicted() -> None:
    pool = BlockPool(3)
    blocks = fill(pool, A, B)
    pool.share(blocks[:1])
    pool.free(blocks)
    assert set(pool.allocate(2)).isdisjoint(blocks[:1])
    assert not pool.can_allocate(1)
    assert pool.lookup([A]) == blocks[:1]


def test_the_first_block_with_a_content_stays_the_one_that_is_found() -> None:
    pool = BlockPool(3)
    first, second = fill(pool, A), fill(pool, A)
    assert pool.lookup([A]) == first
    pool.free(first)
    pool.free(second)
    pool.check_idle()
    assert pool.lookup([A]) == first
    assert pool.num_cached == 1


def test_a_block_cannot_be_registered_under_two_contents() -> None:
    pool = BlockPool(1)
    (block,) = fill(pool, A)
    pool.register(block, A, draft_valid=False)
    with pytest.raises(BlockPoolError, match="cannot get another content"):
        pool.register(block, B, draft_valid=False)


def test_a_free_block_cannot_be_registered() -> None:
    with pytest.raises(BlockPoolError, match="cannot be registered"):
        BlockPool(1).register(0, A, draft_valid=False)


def test_an_evicted_block_forgets_that_its_drafts_were_valid() -> None:
    pool = BlockPool(1)
    (block,) = pool.allocate(1)
    pool.register(block, A, draft_valid=True)
    assert pool.is_draft_valid(block)
    pool.free([block])
    assert fill(pool, B) == [block]
    assert not pool.is_draft_valid(block)


def test_sharing_is_refused_as_a_whole() -> None:
    pool = BlockPool(3)
    blocks = fill(pool, A)
    with pytest.raises(BlockPoolError, match="is free"):
        pool.share([*blocks, 2 if blocks[0] != 2 else 1])
    pool.free(blocks)
    pool.check_idle()


def test_an_idle_pool_may_hold_content() -> None:
    pool = BlockPool(3)
    pool.free(fill(pool, A, B))
    pool.check_idle()
    assert pool.num_cached == 2


def test_free_blocks_are_counted_among_hits() -> None:
    pool = BlockPool(3)
    blocks = fill(pool, A, B)
    pool.free(blocks[1:])
    assert pool.count_free(blocks) == 1


def test_the_integrity_check_finds_content_that_points_to_the_wrong_block() -> None:
    pool = BlockPool(3)
    fill(pool, A, B)
    index = pool._index
    index._block_of[A], index._block_of[B] = index._block_of[B], index._block_of[A]
    with pytest.raises(BlockPoolError, match="found under a hash"):
        pool.check_integrity()


def test_the_integrity_check_finds_a_block_that_is_free_and_held() -> None:
    pool = BlockPool(3)
    blocks = pool.allocate(1)
    pool._blank.extend(blocks)
    with pytest.raises(BlockPoolError, match="has references"):
        pool.check_integrity()


def test_what_is_forgotten_is_found_no_more_and_its_blocks_go_out_first() -> None:
    pool = BlockPool(3)
    first, second, held = fill(pool, A, B, C)
    pool.free([first, second])
    pool.forget([first, held])
    assert (pool.lookup([A]), pool.lookup([B]), pool.lookup([C])) == ([], [second], [held])
    pool.check_integrity()
    assert pool.allocate(1) == [first]
