"""A model without numbers: it writes token ids where a real one writes keys and values.

Every chunk is computed against what really lies in the blocks, so that a wrong block, an evicted
one, a stale draft or a write into a shared block shows at once. The next token is a function of
the text alone, so that every answer can be compared with the one that nobody disturbed.
"""

from random import Random

from engine.scheduler import ScheduledChunk, Scheduler, Sequence
from tests.engine.scheduler.builders import BLOCK_SIZE

STOP_TOKEN = 0
_VOCABULARY = 12


def next_token(token_ids: list[int]) -> int:
    """What the model writes after a text."""
    return (7 * len(token_ids) + 5 * token_ids[-1] + sum(token_ids[-4:])) % _VOCABULARY


def write_alone(prompt: list[int], max_total_tokens: int) -> list[int]:
    """The text that belongs to a prompt, without blocks, batches and drafts."""
    token_ids = list(prompt)
    while len(token_ids) < max_total_tokens:
        token_ids.append(next_token(token_ids))
        if token_ids[-1] == STOP_TOKEN:
            break
    return token_ids


class SimulatedModel:
    """The slots of the cache, of the main layers and of the draft layer, and who reads them."""

    def __init__(self, scheduler: Scheduler, random: Random) -> None:
        self._scheduler = scheduler
        self._random = random
        num_slots = scheduler.pool.num_blocks * BLOCK_SIZE
        self._main: list[int] = [-1] * num_slots
        self._draft: list[int] = [-1] * num_slots

    def compute(self, chunk: ScheduledChunk, num_drafts: int) -> None:
        """Compute a chunk, hand its results to the scheduler, and end what is finished."""
        sequence = chunk.sequence
        end = chunk.start + chunk.length
        assert chunk.length >= 1, "there is no row to take logits from"
        self._write_rows(chunk)
        assert self._read(self._main, sequence, 0, end) == sequence.token_ids[:end]
        start = sequence.draft_start
        assert (
            self._read(self._draft, sequence, start, chunk.start)
            == (sequence.token_ids[start : chunk.start])
        )
        tokens = self._verify(chunk) if chunk.samples else []
        text = sequence.token_ids + tokens
        computed = end + max(0, len(tokens) - 1)
        drafts: tuple[int, ...] = ()
        if num_drafts:
            self._run_draft_layer(sequence, text, chunk.start, computed, num_drafts)
            drafts = self._propose(text, num_drafts) if tokens else ()
        cover_from = chunk.start if num_drafts else None
        self._scheduler.advance(chunk, tokens, drafts, cover_from)
        if sequence.is_full or (tokens and tokens[-1] == STOP_TOKEN):
            self._scheduler.remove(sequence)

    def _write_rows(self, chunk: ScheduledChunk) -> None:
        known = chunk.sequence.token_ids[chunk.start : chunk.start + chunk.length]
        for position, token in enumerate([*known, *chunk.drafts], start=chunk.start):
            self._main[self._own_slot(chunk.sequence, position)] = token

    def _verify(self, chunk: ScheduledChunk) -> list[int]:
        """The accepted tokens: each draft that is what the model writes, then one more."""
        text = list(chunk.sequence.token_ids)
        tokens: list[int] = []
        for draft in (*chunk.drafts, None):
            tokens.append(next_token([*text, *tokens]))
            if tokens[-1] != draft or tokens[-1] == STOP_TOKEN:
                break
        return tokens

    def _run_draft_layer(
        self, sequence: Sequence, text: list[int], start: int, computed: int, num_drafts: int
    ) -> None:
        for position in range(start, computed):
            # The draft layer reads the token that follows, which a warmed prompt's last lacks.
            followed = position + 1 < len(text)
            self._draft[self._own_slot(sequence, position)] = text[position] if followed else -1
        ahead = range(computed, computed + num_drafts - 1)
        for position in ahead:
            if position < len(sequence.block_table) * BLOCK_SIZE:
                self._draft[self._own_slot(sequence, position)] = -2

    def _propose(self, text: list[int], num_drafts: int) -> tuple[int, ...]:
        guesses: list[int] = []
        for _ in range(num_drafts):
            right = self._random.random() < 0.6
            guesses.append(next_token([*text, *guesses]) if right else _VOCABULARY)
        return tuple(guesses)

    def _own_slot(self, sequence: Sequence, position: int) -> int:
        """Where a position is written: a block that nobody else reads and nobody can find."""
        block = sequence.block_table[position // BLOCK_SIZE]
        holders = [s for s in self._scheduler.running if block in s.block_table]
        assert holders == [sequence]
        assert position // BLOCK_SIZE >= sequence.registered_blocks
        return block * BLOCK_SIZE + position % BLOCK_SIZE

    def _read(self, slots: list[int], sequence: Sequence, start: int, end: int) -> list[int]:
        table = sequence.block_table
        return [
            slots[table[position // BLOCK_SIZE] * BLOCK_SIZE + position % BLOCK_SIZE]
            for position in range(start, end)
        ]
