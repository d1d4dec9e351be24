"""Which block holds which content: the two-way table between blocks and chain hashes.

Knows neither who holds a block nor whether it is free.
"""

from collections.abc import Iterable, Sequence

from engine.kvcache.errors import BlockPoolError


class PrefixIndex:
    """One hash per block and one block per hash."""

    def __init__(self, num_blocks: int) -> None:
        self._block_of: dict[bytes, int] = {}
        self._hash_of: list[bytes | None] = [None] * num_blocks
        self._draft_valid = bytearray(num_blocks)

    def __len__(self) -> int:
        return len(self._block_of)

    def __contains__(self, block: int) -> bool:
        return self._hash_of[block] is not None

    def find(self, hashes: Sequence[bytes]) -> list[int]:
        """The blocks of the leading hashes that are known, up to the first that is not."""
        found: list[int] = []
        block_of = self._block_of
        for content in hashes:
            block = block_of.get(content)
            if block is None:
                break
            found.append(block)
        return found

    def is_draft_valid(self, block: int) -> bool:
        """Whether the draft layer's keys and values of the block are written too."""
        return bool(self._draft_valid[block])

    def add(self, block: int, content: bytes, *, draft_valid: bool) -> None:
        """Name the content of a block; content that another block holds already is left there.

        Raises `BlockPoolError` if the block is known by another hash.
        """
        known = self._hash_of[block]
        if known is not None and known != content:
            raise BlockPoolError(f"block {block} is registered and cannot get another content")
        if content not in self._block_of:
            self._block_of[content] = block
            self._hash_of[block] = content
            self._draft_valid[block] = draft_valid

    def discard(self, block: int) -> None:
        """Forget the content of a block, which will be overwritten."""
        content = self._hash_of[block]
        if content is not None:
            del self._block_of[content]
            self._hash_of[block] = None
            self._draft_valid[block] = False

    def knows_any(self, blocks: Iterable[int]) -> bool:
        """Whether at least one of these blocks has a content."""
        return any(map(self._hash_of.__getitem__, blocks))

    def knows_all(self, blocks: Iterable[int]) -> bool:
        """Whether each of these blocks has a content."""
        return all(map(self._hash_of.__getitem__, blocks))

    def check_integrity(self) -> None:
        """Raise `BlockPoolError` unless both directions say the same."""
        known = len(self._hash_of) - self._hash_of.count(None)
        if known != len(self._block_of):
            raise BlockPoolError(f"{known} blocks have a hash and {len(self._block_of)} are found")
        if list(map(self._hash_of.__getitem__, self._block_of.values())) != list(self._block_of):
            raise BlockPoolError("a block is found under a hash that it does not have")
