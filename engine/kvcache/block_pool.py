"""The blocks of the KV cache and who holds them.

Owns the free list and a reference count for each block, so that a block may have several readers.
Knows neither tensors nor sequences.
"""

from collections import deque
from collections.abc import Sequence


class BlockPoolError(RuntimeError):
    """The bookkeeping was asked for something impossible; a defect of the caller."""


class BlockPool:
    """A fixed number of blocks, numbered from 0. The longest-free block is handed out first."""

    def __init__(self, num_blocks: int) -> None:
        if num_blocks < 1:
            raise ValueError(f"a block pool needs at least one block, not {num_blocks}")
        self._free: deque[int] = deque(range(num_blocks))
        self._references = [0] * num_blocks

    @property
    def num_blocks(self) -> int:
        """All blocks, free or held."""
        return len(self._references)

    @property
    def num_free(self) -> int:
        """Blocks that nobody holds."""
        return len(self._free)

    @property
    def num_used(self) -> int:
        """Blocks that at least one holder has."""
        return self.num_blocks - self.num_free

    def can_allocate(self, count: int) -> bool:
        """Whether `allocate(count)` would succeed now."""
        return count <= self.num_free

    def allocate(self, count: int) -> tuple[int, ...]:
        """Take `count` free blocks, each with one reference.

        Raises `BlockPoolError` and takes nothing if fewer are free.
        """
        if not self.can_allocate(count):
            raise BlockPoolError(f"{count} blocks were asked for and {self.num_free} are free")
        blocks = tuple(self._free.popleft() for _ in range(count))
        for block in blocks:
            self._references[block] = 1
        return blocks

    def share(self, block: int) -> None:
        """Add a holder to a block that is held. Raises `BlockPoolError` if it is free."""
        if self._references[block] == 0:
            raise BlockPoolError(f"block {block} is free and cannot be shared")
        self._references[block] += 1

    def free(self, blocks: Sequence[int]) -> None:
        """Give up one reference to each block; a block without holders becomes free.

        Raises `BlockPoolError`, before anything changes, if that would free a block twice.
        """
        for block in set(blocks):
            if not 0 <= block < self.num_blocks:
                raise BlockPoolError(f"block {block} does not exist")
            if self._references[block] < blocks.count(block):
                raise BlockPoolError(f"block {block} would be freed twice")
        for block in blocks:
            self._references[block] -= 1
            if self._references[block] == 0:
                self._free.append(block)

    def check_integrity(self) -> None:
        """Raise `BlockPoolError` unless each block is either free once or held."""
        free = set(self._free)
        if len(free) != len(self._free):
            raise BlockPoolError("a block stands in the free list twice")
        for block, references in enumerate(self._references):
            if references < 0 or (references == 0) != (block in free):
                raise BlockPoolError(f"block {block} has {references} references and is lost")

    def check_idle(self) -> None:
        """Raise `BlockPoolError` unless the books balance and every block is free."""
        self.check_integrity()
        if self.num_used:
            raise BlockPoolError(f"{self.num_used} blocks are held although nothing runs")
