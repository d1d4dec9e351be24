"""Continuous batching over a fixed number of KV blocks.

A sequence is admitted only when the blocks for its longest possible end are free; they are reserved
at once, so nothing that runs is ever thrown out for lack of room. Each step computes one token of
every decoding sequence and, within a budget, chunks of prompts; both travel in one batch.
"""

from dataclasses import dataclass

from engine.errors import EngineUnavailable, RequestRejected
from engine.kvcache import BlockPool, BlockTable, blocks_for_tokens
from engine.protocol import ErrorCode
from engine.scheduler.queue import WaitingQueue
from engine.scheduler.sequence import Sequence, SequenceState


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulerLimits:
    """What bounds the batch. All counts; `context_length` includes prompt and answer."""

    context_length: int
    block_size: int
    max_running: int
    max_waiting: int
    prefill_tokens_per_step: int


@dataclass(frozen=True, slots=True)
class ScheduledChunk:
    """Compute `length` tokens of `sequence` from position `start`; `samples` asks for a token."""

    sequence: Sequence
    start: int
    length: int
    samples: bool


class Scheduler:
    """Decides who computes what. Not thread-safe; the engine guards it with its lock."""

    def __init__(self, limits: SchedulerLimits, pool: BlockPool) -> None:
        self.limits = limits
        self.pool = pool
        self.waiting = WaitingQueue()
        self.running: list[Sequence] = []
        self._arrivals = 0

    def add(self, sequence: Sequence) -> None:
        """Put a sequence in line.

        Raises `RequestRejected` when it can never fit and `EngineUnavailable` when the line is
        full.
        """
        prompt_tokens, limit = len(sequence.token_ids), self.limits.context_length
        if prompt_tokens >= limit:
            raise RequestRejected(
                ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                f"The conversation is {prompt_tokens} tokens long and this model reads at most "
                f"{limit - 1}; shorten the message or start a new chat.",
            )
        if self._blocks_needed(sequence) > self.pool.num_blocks:
            raise RequestRejected(
                ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                f"The conversation needs room for {sequence.max_total_tokens} tokens and the cache "
                f"holds {self.pool.num_blocks * self.limits.block_size}; ask for fewer tokens.",
            )
        if len(self.waiting) >= self.limits.max_waiting:
            raise EngineUnavailable(ErrorCode.QUEUE_FULL)
        self._arrivals += 1
        sequence.arrival = self._arrivals
        self.waiting.push(sequence)

    def schedule(self) -> tuple[ScheduledChunk, ...]:
        """Admit whom there is room for, then choose the work of the next step."""
        self._admit()
        decoding = [s for s in self.running if s.state is SequenceState.RUNNING]
        chunks = [ScheduledChunk(s, s.computed_tokens, 1, True) for s in decoding]
        for sequence, length in self._share_prefill_budget():
            samples = length == sequence.pending_tokens
            chunks.append(ScheduledChunk(sequence, sequence.computed_tokens, length, samples))
        return tuple(chunks)

    def mark_computed(self, chunk: ScheduledChunk) -> None:
        """Note that the keys and values of a chunk are in the cache."""
        sequence = chunk.sequence
        sequence.computed_tokens = chunk.start + chunk.length
        if sequence.pending_tokens == 0:
            sequence.state = SequenceState.RUNNING

    def append_token(self, sequence: Sequence, token_id: int) -> None:
        """Add a sampled token; it is computed in the next step."""
        sequence.token_ids.append(token_id)

    def remove(self, sequence: Sequence) -> None:
        """End a sequence in whatever state it is; its blocks are free at once. Harmless twice."""
        if sequence.state is SequenceState.FINISHED:
            return
        if sequence.state is SequenceState.WAITING:
            self.waiting.remove(sequence)
        else:
            self.running.remove(sequence)
        if sequence.block_table is not None:
            self.pool.free(sequence.block_table.blocks)
            sequence.block_table = None
        sequence.state = SequenceState.FINISHED
        if not self.running:
            self.pool.check_idle()

    def _blocks_needed(self, sequence: Sequence) -> int:
        return blocks_for_tokens(sequence.max_total_tokens, self.limits.block_size)

    def _admit(self) -> None:
        """Admit from the head of the line. The head is never passed over, so it cannot starve."""
        while (sequence := self.waiting.head()) and len(self.running) < self.limits.max_running:
            needed = self._blocks_needed(sequence)
            if not self.pool.can_allocate(needed):
                return
            self.waiting.remove(sequence)
            blocks = self.pool.allocate(needed)
            sequence.block_table = BlockTable(blocks, self.limits.block_size)
            sequence.state = SequenceState.PREFILLING
            self.running.append(sequence)

    def _share_prefill_budget(self) -> list[tuple[Sequence, int]]:
        """Split the step's budget over the prompts that are being read.

        The prompt with the fewest tokens left goes first, so that a long one does not hold up a
        short one; a quarter is kept for the oldest, so that short ones do not starve it either.
        """
        prefilling = [s for s in self.running if s.state is SequenceState.PREFILLING]
        if not prefilling:
            return []
        budget = self.limits.prefill_tokens_per_step
        oldest = min(prefilling, key=lambda s: s.arrival)
        shares = {oldest.request_id: min(oldest.pending_tokens, max(1, budget // 4))}
        budget -= shares[oldest.request_id]
        order = sorted(prefilling, key=lambda s: (s.priority, s.pending_tokens, s.arrival))
        for sequence in order:
            share = shares.get(sequence.request_id, 0)
            extra = min(budget, sequence.pending_tokens - share)
            shares[sequence.request_id] = share + extra
            budget -= extra
        return [(s, shares[s.request_id]) for s in order if shares[s.request_id]]
