"""The blocks of the KV cache, who holds them, and which content outlives its holders.

Owns a reference count for each block, so that a block may have several readers, and the free
blocks in the order in which they are handed out again. Knows neither tensors nor sequences.
"""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from engine.kvcache.errors import BlockPoolError
from engine.kvcache.prefix_index import PrefixIndex


@dataclass(slots=True)
class CacheCounters:
    """What the prefix cache was asked for and gave, since the start; only ever grows."""

    queried_tokens: int = 0
    hit_tokens: int = 0
    evicted_blocks: int = 0


class BlockPool:
    """A fixed number of blocks, numbered from 0.

    A block whose last holder leaves is free. If its content is registered, it can be found and
    shared again until the room is needed: blocks without content are handed out first, then the
    one that has been free for the longest time.
    """

    def __init__(self, num_blocks: int) -> None:
        if num_blocks < 1:
            raise ValueError(f"a block pool needs at least one block, not {num_blocks}")
        # The block that was freed last comes first: its memory is the warmest.
        self._blank = list(range(num_blocks - 1, -1, -1))
        self._cached: OrderedDict[int, None] = OrderedDict()
        self._references = [0] * num_blocks
        self._index = PrefixIndex(num_blocks)
        self.counters = CacheCounters()

    @property
    def num_blocks(self) -> int:
        """All blocks, free or held."""
        return len(self._references)

    @property
    def num_free(self) -> int:
        """Blocks that nobody holds, with and without content."""
        return len(self._blank) + len(self._cached)

    @property
    def num_used(self) -> int:
        """Blocks that at least one holder has."""
        return self.num_blocks - self.num_free

    @property
    def num_cached(self) -> int:
        """Blocks whose content can be found, held or free."""
        return len(self._index)

    def can_allocate(self, count: int) -> bool:
        """Whether `allocate(count)` would succeed now."""
        return count <= len(self._blank) + len(self._cached)

    def allocate(self, count: int) -> list[int]:
        """Take `count` free blocks, each with one reference and without content.

        Raises `BlockPoolError` and takes nothing if fewer are free.
        """
        if not self.can_allocate(count):
            raise BlockPoolError(f"{count} blocks were asked for and {self.num_free} are free")
        blocks = [self._blank.pop() if self._blank else self._evict() for _ in range(count)]
        for block in blocks:
            self._references[block] = 1
        return blocks

    def lookup(self, hashes: Sequence[bytes]) -> list[int]:
        """The blocks that hold the leading hashes, up to the first that none holds.

        Takes nothing: the blocks stay only if they are shared before the next `allocate`.
        """
        return self._index.find(hashes)

    def count_free(self, blocks: Sequence[int]) -> int:
        """How many of these blocks nobody holds."""
        references = self._references
        return sum(not references[block] for block in blocks)

    def share(self, blocks: Sequence[int]) -> None:
        """Add a holder to each block, held or free with content.

        Raises `BlockPoolError`, before anything changes, if a free block has no content.
        """
        for block in blocks:
            if self._references[block] == 0 and block not in self._index:
                raise BlockPoolError(f"block {block} is free and cannot be shared")
        for block in blocks:
            if self._references[block] == 0:
                del self._cached[block]
            self._references[block] += 1

    def register(self, block: int, content: bytes, *, draft_valid: bool) -> None:
        """Name the content of a full, held block, so that others can find it.

        The first block with a content stays the one that is found. Raises `BlockPoolError` for a
        block that nobody holds or that is known by another hash.
        """
        if self._references[block] == 0:
            raise BlockPoolError(f"block {block} is free and cannot be registered")
        self._index.add(block, content, draft_valid=draft_valid)

    def is_draft_valid(self, block: int) -> bool:
        """Whether the draft layer's part of a registered block is written too."""
        return self._index.is_draft_valid(block)

    def free(self, blocks: Sequence[int]) -> None:
        """Give up one reference to each block; a block without holders becomes free.

        The last blocks of the list are evicted first, since they are of no use without the first.
        Raises `BlockPoolError`, before anything changes, if that would free a block twice.
        """
        self._require_held(blocks)
        references = self._references
        for block in reversed(blocks):
            references[block] -= 1
            if references[block]:
                continue
            if block in self._index:
                self._cached[block] = None
            else:
                self._blank.append(block)

    def forget(self, blocks: Sequence[int]) -> None:
        """Let the content of those of these blocks that nobody holds be found no more."""
        for block in blocks:
            if block in self._cached:
                del self._cached[block]
                self._index.discard(block)
                self._blank.append(block)

    def check_integrity(self) -> None:
        """Raise `BlockPoolError` unless each block is either free once or held, and each free
        block with content, and no other, is among those that can be found."""
        free = {*self._blank, *self._cached}
        if len(free) != self.num_free:
            raise BlockPoolError("a block stands in the free lists twice")
        references = self._references
        if any(map(references.__getitem__, free)) or min(references) < 0:
            raise BlockPoolError("a block is free and has references")
        if references.count(0) != len(free):
            raise BlockPoolError(f"{references.count(0) - len(free)} blocks are lost")
        if self._index.knows_any(self._blank):
            raise BlockPoolError("a block with content stands among those without")
        if not self._index.knows_all(self._cached):
            raise BlockPoolError("a block without content stands among those with")
        self._index.check_integrity()

    def check_idle(self) -> None:
        """Raise `BlockPoolError` unless the books balance and every block is free."""
        self.check_integrity()
        if self.num_used:
            raise BlockPoolError(f"{self.num_used} blocks are held although nothing runs")

    def _evict(self) -> int:
        block, _ = self._cached.popitem(last=False)
        self._index.discard(block)
        self.counters.evicted_blocks += 1
        return block

    def _require_held(self, blocks: Sequence[int]) -> None:
        for block, count in Counter(blocks).items():
            if not 0 <= block < len(self._references):
                raise BlockPoolError(f"block {block} does not exist")
            if self._references[block] < count:
                raise BlockPoolError(f"block {block} would be freed twice")
