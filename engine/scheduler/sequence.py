"""One request inside the engine: its tokens, how many are computed, and where it stands."""

from dataclasses import dataclass
from enum import StrEnum

from engine.kvcache import BlockTable
from engine.protocol import Priority, SamplingParams


class SequenceState(StrEnum):
    """Where a sequence is in its life; the order is the order of the names."""

    WAITING = "waiting"
    PREFILLING = "prefilling"
    RUNNING = "running"
    FINISHED = "finished"


@dataclass(slots=True, eq=False, kw_only=True)
class Sequence:
    """Tokens of one request. Changed by the scheduler and by nobody else.

    `token_ids` begins with the prompt and the tokens of earlier attempts; sampled tokens follow.
    `max_total_tokens` is the length at which generation ends, prompt included. `sampling` is
    resolved: seed, temperature and top_p are set. `computed_tokens` counts the leading tokens
    whose keys and values are in the cache.
    """

    request_id: str
    token_ids: list[int]
    max_total_tokens: int
    sampling: SamplingParams
    priority: Priority = Priority.INTERACTIVE
    arrival: int = 0
    state: SequenceState = SequenceState.WAITING
    computed_tokens: int = 0
    block_table: BlockTable | None = None

    @property
    def pending_tokens(self) -> int:
        """Tokens that are known and not yet computed: 1 while decoding."""
        return len(self.token_ids) - self.computed_tokens

    @property
    def is_full(self) -> bool:
        """Whether no further token may be generated."""
        return len(self.token_ids) >= self.max_total_tokens
