"""Tokens to blocks."""

import pytest

from engine.kvcache import blocks_for_tokens


@pytest.mark.parametrize(("tokens", "blocks"), [(0, 0), (1, 1), (16, 1), (17, 2), (32, 2)])
def test_the_last_block_may_be_filled_in_part(tokens: int, blocks: int) -> None:
    assert blocks_for_tokens(tokens, 16) == blocks
