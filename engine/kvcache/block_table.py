"""Where one sequence's tokens lie in the block KV cache."""

from dataclasses import dataclass


def blocks_for_tokens(num_tokens: int, block_size: int) -> int:
    """The number of blocks that `num_tokens` tokens fill, the last one perhaps in part."""
    return -(-num_tokens // block_size)


@dataclass(frozen=True, slots=True)
class BlockTable:
    """The blocks of one sequence, in the order of its positions."""

    blocks: tuple[int, ...]
    block_size: int

    def slot(self, position: int) -> int:
        """The slot, counted over the whole cache, of the token at `position` (from 0).

        Raises `IndexError` beyond the reserved blocks.
        """
        if position < 0:
            raise IndexError(f"position {position} is negative")
        return (
            self.blocks[position // self.block_size] * self.block_size + position % self.block_size
        )

    def first_blocks(self, num_tokens: int) -> tuple[int, ...]:
        """The blocks that hold the first `num_tokens` tokens."""
        return self.blocks[: blocks_for_tokens(num_tokens, self.block_size)]
