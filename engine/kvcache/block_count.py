"""How many blocks a number of tokens takes."""


def blocks_for_tokens(num_tokens: int, block_size: int) -> int:
    """The number of blocks that `num_tokens` tokens fill, the last one perhaps in part."""
    return -(-num_tokens // block_size)
