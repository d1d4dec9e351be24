"""One request inside the engine: its tokens, how many are computed, and where it stands."""

from dataclasses import dataclass, field
from enum import StrEnum

from engine.protocol import Priority, SamplingParams


class SequenceState(StrEnum):
    """Where a sequence is in its life; the order is the order of the names.

    A preempted sequence goes back to `WAITING`.
    """

    WAITING = "waiting"
    PREFILLING = "prefilling"
    RUNNING = "running"
    FINISHED = "finished"


@dataclass(slots=True, eq=False, kw_only=True)
class Sequence:
    """Tokens of one request. Changed by the scheduler and, where it says so, by the draft policy.

    `token_ids` begins with the prompt and the tokens of earlier attempts; sampled tokens follow.
    `max_total_tokens` is the length at which generation ends, prompt included. `sampling` is
    resolved: seed, temperature and top_p are set. `prefill_only` warms the prefix cache: the
    tokens are computed, nothing is sampled, and the sequence ends by itself. `uses_prefix_cache`
    is False where every position has to be computed, as for the logprobs of a prompt.
    `fairness_key` says whose it is, and `round` in which round of the line it stands.

    `computed_tokens` counts the leading tokens whose keys and values are in the cache,
    `cached_tokens` those that were found there when the sequence was first admitted.
    `block_table` lists the blocks in the order of positions and grows. `draft_token_ids` are
    proposals for the tokens that follow `token_ids`. The draft layer's own keys and values are
    there from position `draft_start` up to `computed_tokens`; it may look no further back.
    """

    request_id: str
    token_ids: list[int]
    max_total_tokens: int
    sampling: SamplingParams
    priority: Priority = Priority.INTERACTIVE
    prefill_only: bool = False
    uses_prefix_cache: bool = True
    fairness_key: str = ""
    round: int = 0
    arrival: int = 0
    state: SequenceState = SequenceState.WAITING
    computed_tokens: int = 0
    cached_tokens: int = 0
    preemptions: int = 0
    block_table: list[int] = field(default_factory=list)
    block_hashes: list[bytes] = field(default_factory=list)
    registered_blocks: int = 0
    draft_token_ids: tuple[int, ...] = ()
    draft_start: int = 0
    # Running share of accepted drafts at each position; empty before the first. Draft policy's.
    draft_acceptance: list[float] = field(default_factory=list)

    @property
    def pending_tokens(self) -> int:
        """Tokens that are known and not yet computed: 1 while decoding."""
        return len(self.token_ids) - self.computed_tokens

    @property
    def is_full(self) -> bool:
        """Whether no further token may be generated."""
        return len(self.token_ids) >= self.max_total_tokens

    @property
    def rank(self) -> tuple[bool, int]:
        """How urgent the sequence is; the smaller goes first. Warming the cache comes last."""
        return (self.prefill_only, self.priority)

    @property
    def place(self) -> tuple[bool, int, int, int]:
        """The order of admission and, backwards, of preemption: rank, then round, then arrival."""
        return (self.prefill_only, self.priority, self.round, self.arrival)


@dataclass(frozen=True, slots=True)
class ScheduledChunk:
    """Compute `length` tokens of `sequence` from position `start`, then the `drafts`.

    `samples` asks for a token after the last of them and, in a decode chunk (`length` 1), after
    each draft. The rows of the step are `length + len(drafts)`, at consecutive positions, and the
    sequence holds a block for each of them. `decode_steps` above 1 lets a decode chunk go on over
    the tokens that it samples, so many steps in all, with `drafts_between` new drafts after each
    of them; there are blocks for all that may be computed.
    """

    sequence: Sequence
    start: int
    length: int
    samples: bool
    drafts: tuple[int, ...] = ()
    decode_steps: int = 1
    drafts_between: int = 0

    @property
    def most_tokens(self) -> int:
        """The most tokens that the step may sample for this sequence."""
        if not self.samples:
            return 0
        return 1 + len(self.drafts) + (self.decode_steps - 1) * (1 + self.drafts_between)

    @property
    def end(self) -> int:
        """The position after the last of the known tokens that are computed."""
        return self.start + self.length

    @property
    def rows(self) -> int:
        """The rows that the step computes for this sequence."""
        return self.length + len(self.drafts)
