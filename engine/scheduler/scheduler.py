"""Continuous batching over blocks that are taken as the sequences grow.

Each step computes the next token, and the drafts, of every decoding sequence and, within a budget,
chunks of prompts; all travel in one batch. A sequence is admitted when its prompt fits. When the
blocks run out, the least urgent and latest is preempted: it goes back in line and is computed
again later, mostly from blocks that still hold its tokens. The most urgent and oldest is never
preempted, and every sequence fits alone, so that there is always progress.
"""

from bisect import bisect, insort
from collections.abc import Sequence as Seq
from operator import attrgetter

from engine.errors import EngineUnavailable
from engine.kvcache import BlockPool
from engine.protocol import ErrorCode
from engine.scheduler.limits import SchedulerLimits, fit_sequence
from engine.scheduler.prefill_budget import PrefillBudget
from engine.scheduler.prefill_share import share_prefill_budget
from engine.scheduler.queue import WaitingQueue
from engine.scheduler.sequence import ScheduledChunk, Sequence, SequenceState
from engine.scheduler.sequence_blocks import SequenceBlocks


class Scheduler:
    """Decides who computes what. Not thread-safe; the engine guards it with its lock.

    `schedule` is called when no step runs, after `advance` for each chunk of the one before.
    `remove` may be called at any time: the blocks of a running step are free at once, but are
    handed out by the next `schedule` only.
    """

    def __init__(self, limits: SchedulerLimits, pool: BlockPool, budget: PrefillBudget) -> None:
        self.limits = limits
        self.pool = pool
        self.budget = budget
        self.waiting = WaitingQueue()
        # The most urgent and oldest first; preemption takes the last.
        self.running: list[Sequence] = []
        self.preemptions = 0
        self._blocks = SequenceBlocks(pool, limits.block_size, limits.max_drafts)
        self._arrivals = 0
        self._refused_head: tuple[Sequence, int] | None = None

    def add(self, sequence: Sequence) -> None:
        """Put a sequence in line.

        Raises `RequestRejected` when it can never fit and `EngineUnavailable` when the line ahead
        of it is full; neither the less urgent nor the many requests of one person fill the line
        of others.
        """
        fit_sequence(sequence, self.limits, self.pool.num_blocks * self.limits.block_size)
        self.waiting.assign_round(sequence)
        sequence.arrival = self._arrivals + 1
        if self.waiting.count_ahead(sequence) >= self.limits.max_waiting:
            sequence.arrival = 0
            raise EngineUnavailable(ErrorCode.QUEUE_FULL)
        self._arrivals += 1
        self.waiting.push(sequence)

    def schedule(
        self, decode_steps: int = 1, drafts_between: int = 0
    ) -> tuple[ScheduledChunk, ...]:
        """Let the decoding grow, admit whom there is room for, share the prefill budget.

        `decode_steps` above 1 may be asked for while all decode and nobody waits: so many steps
        are computed in one go, with `drafts_between` drafts for each step but the first, or one
        where blocks are short.
        """
        if not self._has_room_for(decode_steps, drafts_between):
            decode_steps, drafts_between = 1, 0
        chunks = self._schedule_decoding(decode_steps, drafts_between)
        if self.waiting:
            self._admit()
            chunks = [c for c in chunks if c.sequence.state is SequenceState.RUNNING]
        prefilling = [s for s in self.running if s.state is SequenceState.PREFILLING]
        if prefilling:
            decode_rows = sum(chunk.rows for chunk in chunks)
            chunks += self._schedule_prefill(prefilling, decode_rows)
        return tuple(chunks)

    def advance(
        self,
        chunk: ScheduledChunk,
        tokens: Seq[int],
        draft_token_ids: tuple[int, ...] = (),
        drafts_cover_from: int | None = None,
    ) -> None:
        """Take the results of a computed chunk; ignored if its sequence was removed meanwhile.

        `tokens` are the accepted ones: none if the chunk does not sample, else one more than
        drafts were accepted in each decode step, or fewer if the answer ends earlier.
        `draft_token_ids` propose what follows. `drafts_cover_from` is the first position from which
        the draft layer ran up to the last accepted one, None if it did not run. Raises `ValueError`
        for tokens that cannot stem from the chunk.
        """
        sequence = chunk.sequence
        if sequence.state is SequenceState.FINISHED:
            return
        most = chunk.most_tokens
        if not min(most, 1) <= len(tokens) <= most:
            raise ValueError(f"{len(tokens)} tokens for a chunk that samples at most {most}")
        computed = chunk.start + chunk.length + max(0, len(tokens) - 1)
        sequence.computed_tokens = computed
        sequence.token_ids += tokens
        sequence.draft_token_ids = draft_token_ids
        if drafts_cover_from is None:
            sequence.draft_start = computed
        elif drafts_cover_from > chunk.start:
            sequence.draft_start = drafts_cover_from
        self._blocks.register(sequence)
        if chunk.samples:
            sequence.state = SequenceState.RUNNING
        elif sequence.prefill_only and not sequence.pending_tokens:
            self.remove(sequence)

    def remove(self, sequence: Sequence, *, forget: bool = False) -> None:
        """End a sequence in whatever state it is; its blocks are free at once. Harmless twice.

        `forget` says that what it computed may be wrong: nobody may find it in the prefix cache.
        """
        if sequence.state is SequenceState.FINISHED:
            return
        if sequence.state is SequenceState.WAITING:
            self.waiting.remove(sequence)
        else:
            self.running.remove(sequence)
        self._release(sequence, SequenceState.FINISHED, forget=forget)
        if not self.running:
            self.pool.check_idle()

    def _has_room_for(self, decode_steps: int, drafts_between: int) -> bool:
        """Whether all have blocks for whatever several steps may bring; they hold them now."""
        if decode_steps == 1:
            return False
        further = (decode_steps - 1) * (1 + drafts_between)
        return all(
            self._blocks.grow(sequence, len(sequence.draft_token_ids) + further)
            for sequence in self.running
        )

    def _schedule_decoding(self, decode_steps: int, drafts_between: int) -> list[ScheduledChunk]:
        """One chunk for each that decodes; the most urgent grow first, at the cost of the last."""
        chunks = []
        # Preemption shortens the list at its end while it is walked.
        for sequence in self.running:
            if sequence.state is SequenceState.RUNNING:
                drafts = self._grow(sequence)
                if sequence.state is SequenceState.RUNNING:
                    start = sequence.computed_tokens
                    chunks.append(
                        ScheduledChunk(
                            sequence, start, 1, True, drafts, decode_steps, drafts_between
                        )
                    )
        return chunks

    def _grow(self, sequence: Sequence) -> tuple[int, ...]:
        """Make room for the next token and return the drafts there is room for too.

        Preempts from the end of the running, in the worst case `sequence` itself.
        """
        room = sequence.max_total_tokens - len(sequence.token_ids) - 1
        drafts = sequence.draft_token_ids[: max(0, min(self.limits.max_drafts, room))]
        if self._blocks.grow(sequence, len(drafts)):
            return drafts
        while not self._blocks.grow_by_one(sequence):
            victim = self.running[-1]
            self._preempt(victim)
            if victim is sequence:
                break
        return ()

    def _admit(self) -> None:
        """Admit from the head of the line. The head is never passed over, so it cannot starve."""
        while (sequence := self.waiting.head()) is not None:
            if self._refused_head == (sequence, self.pool.num_free):
                return
            if not self._make_room(sequence):
                self._refused_head = (sequence, self.pool.num_free)
                return
            self.waiting.admit(sequence)
            self._blocks.admit(sequence)
            sequence.state = SequenceState.PREFILLING
            insort(self.running, sequence, key=attrgetter("place"))

    def _make_room(self, sequence: Sequence) -> bool:
        """Whether there are a slot and blocks now; the less urgent are preempted if that helps."""
        num_staying = bisect(self.running, sequence.rank, key=attrgetter("rank"))
        victims = self.running[num_staying:]
        reclaimable = sum(len(victim.block_table) for victim in victims)
        if (
            num_staying >= self.limits.max_running
            or self._missing_blocks(sequence, num_staying) > reclaimable
        ):
            return False
        while not (fits := self._fits(sequence, num_staying)) and victims:
            self._preempt(victims.pop())
        return fits

    def _fits(self, sequence: Sequence, num_staying: int) -> bool:
        has_slot = len(self.running) < self.limits.max_running
        return has_slot and self._missing_blocks(sequence, num_staying) <= 0

    def _missing_blocks(self, sequence: Sequence, num_staying: int) -> int:
        """Blocks that lack for an admission. Each of those that go before the newcomer may need
        one more soon: without that margin, they would preempt it at once."""
        return num_staying + self._blocks.missing_for_admission(sequence)

    def _schedule_prefill(
        self, prefilling: list[Sequence], decode_rows: int
    ) -> list[ScheduledChunk]:
        for sequence in prefilling:
            self._blocks.take_late_hits(sequence)
        budget = min(self.budget.tokens(decode_rows), self.limits.max_prefill_tokens_per_step)
        shares = share_prefill_budget(prefilling, budget, self.limits.block_size)
        chunks = []
        for sequence, length in shares:
            samples = length == sequence.pending_tokens and not sequence.prefill_only
            chunks.append(ScheduledChunk(sequence, sequence.computed_tokens, length, samples))
        return chunks

    def _preempt(self, sequence: Sequence) -> None:
        """Put a running sequence back in line, ahead of all of its rank that never ran."""
        self.running.remove(sequence)
        self._release(sequence, SequenceState.WAITING)
        sequence.preemptions += 1
        self.preemptions += 1
        self.waiting.push(sequence)

    def _release(self, sequence: Sequence, state: SequenceState, *, forget: bool = False) -> None:
        self._blocks.release(sequence, forget=forget)
        sequence.state = state
        self._refused_head = None
