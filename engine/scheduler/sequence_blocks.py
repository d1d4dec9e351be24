"""Moves blocks between the pool and the sequences: prefix hits, growth, registration, return.

Keeps no state of its own; what a sequence holds is written on the sequence.
"""

from engine.kvcache import BlockPool, blocks_for_tokens, extend_hash_chain
from engine.scheduler.sequence import Sequence


class SequenceBlocks:
    """The blocks of sequences over one pool. Not one token is computed here."""

    def __init__(self, pool: BlockPool, block_size: int, max_drafts: int) -> None:
        self._pool = pool
        self._block_size = block_size
        # The draft layer writes ahead of the last token for all drafts but the first.
        self._slots_ahead = max(0, max_drafts - 1)

    def missing_for_admission(self, sequence: Sequence) -> int:
        """How many blocks lack before `admit` can succeed; zero or less if none does."""
        hits = self._find_hits(sequence)
        free = self._pool.num_free - self._pool.count_free(hits)
        return self._blocks_at_admission(sequence) - len(hits) - free

    def admit(self, sequence: Sequence) -> None:
        """Give a sequence the blocks that hold its leading tokens already, and fresh ones for the
        rest of its tokens and the next. Raises `BlockPoolError` if blocks are short."""
        hits = self._find_hits(sequence)
        self._pool.share(hits)
        fresh = self._pool.allocate(self._blocks_at_admission(sequence) - len(hits))
        sequence.block_table = hits + fresh
        if sequence.uses_prefix_cache and not sequence.preemptions:
            self._pool.counters.queried_tokens += len(sequence.token_ids)
        self._note_hits(sequence, hits)

    def take_late_hits(self, sequence: Sequence) -> None:
        """Share what others have computed of a prompt since its sequence was admitted."""
        first, into_block = divmod(sequence.computed_tokens, self._block_size)
        if into_block or not sequence.uses_prefix_cache:
            return
        if not self._pool.lookup(sequence.block_hashes[first : first + 1]):
            return
        hits = self._pool.lookup(sequence.block_hashes[first : self._reusable_blocks(sequence)])
        replaced = slice(first, first + len(hits))
        self._pool.share(hits)
        self._pool.free(sequence.block_table[replaced])
        sequence.block_table[replaced] = hits
        self._note_hits(sequence, hits)

    def grow(self, sequence: Sequence, num_further: int) -> bool:
        """Make room for the next token, `num_further` drafts or tokens after it and, where the
        answer may become that long, what the draft layer writes ahead; False, and nothing changes,
        if blocks are short.
        """
        slots = sequence.computed_tokens + 1 + num_further + self._slots_ahead
        return self._hold(sequence, min(slots, sequence.max_total_tokens))

    def grow_by_one(self, sequence: Sequence) -> bool:
        """Make room for the next token only; False, and nothing changes, if blocks are short."""
        return self._hold(sequence, sequence.computed_tokens + 1)

    def register(self, sequence: Sequence) -> None:
        """Let others find the blocks that have become full.

        The draft layer's entry of a position was made with the token that follows it. So it is
        missing in a last block that nothing follows, and in another conversation it may stem from
        another token than the one that follows there, which costs at most a rejected draft.
        """
        size, full = self._block_size, sequence.computed_tokens // self._block_size
        if full == sequence.registered_blocks:
            return
        extend_hash_chain(sequence.block_hashes, sequence.token_ids, size)
        for number in range(sequence.registered_blocks, full):
            followed = (number + 1) * size < len(sequence.token_ids)
            self._pool.register(
                sequence.block_table[number],
                sequence.block_hashes[number],
                draft_valid=followed and number * size >= sequence.draft_start,
            )
        sequence.registered_blocks = full

    def release(self, sequence: Sequence, *, forget: bool = False) -> None:
        """Take all blocks back; nothing of the sequence counts as computed any more.

        `forget` lets nobody find the blocks again, but for those that others hold.
        """
        self._pool.free(sequence.block_table)
        if forget:
            self._pool.forget(sequence.block_table)
        sequence.block_table = []
        sequence.computed_tokens = 0
        sequence.registered_blocks = 0
        sequence.draft_token_ids = ()
        sequence.draft_start = 0

    def _find_hits(self, sequence: Sequence) -> list[int]:
        """The blocks that hold the leading tokens of a sequence that waits.

        Full blocks only, and never the last token: its logits are wanted, so it is computed.
        """
        if not sequence.uses_prefix_cache:
            return []
        extend_hash_chain(sequence.block_hashes, sequence.token_ids, self._block_size)
        return self._pool.lookup(sequence.block_hashes[: self._reusable_blocks(sequence)])

    def _blocks_at_admission(self, sequence: Sequence) -> int:
        slots = known = len(sequence.token_ids)
        if not sequence.prefill_only:
            slots = min(known + max(1, self._slots_ahead), sequence.max_total_tokens)
        return blocks_for_tokens(max(known, slots), self._block_size)

    def _hold(self, sequence: Sequence, num_slots: int) -> bool:
        missing = blocks_for_tokens(num_slots, self._block_size) - len(sequence.block_table)
        if missing <= 0:
            return True
        if not self._pool.can_allocate(missing):
            return False
        sequence.block_table += self._pool.allocate(missing)
        return True

    def _reusable_blocks(self, sequence: Sequence) -> int:
        return (len(sequence.token_ids) - 1) // self._block_size

    def _note_hits(self, sequence: Sequence, hits: list[int]) -> None:
        """Count the hit tokens as computed, from where the sequence stood."""
        position = sequence.computed_tokens
        for block in hits:
            position += self._block_size
            if not self._pool.is_draft_valid(block):
                sequence.draft_start = position
        if not sequence.preemptions:
            sequence.cached_tokens += position - sequence.computed_tokens
            self._pool.counters.hit_tokens += position - sequence.computed_tokens
        sequence.computed_tokens = position
        sequence.registered_blocks = position // self._block_size
