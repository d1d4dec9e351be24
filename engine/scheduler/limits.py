"""What bounds the batch, and the refusal of sequences that can never be served within it."""

from dataclasses import dataclass

from engine.errors import RequestRejected
from engine.protocol import ErrorCode
from engine.scheduler.sequence import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulerLimits:
    """What bounds the batch. All counts; `context_length` includes prompt and answer.

    `max_drafts` is the most proposals of the draft layer that one step verifies per sequence.
    """

    context_length: int
    block_size: int
    max_running: int
    max_waiting: int
    max_prefill_tokens_per_step: int = 2048
    max_drafts: int = 0


def fit_sequence(sequence: Sequence, limits: SchedulerLimits, cache_tokens: int) -> None:
    """Let a sequence grow no further than the cache of `cache_tokens` slots.

    Raises `RequestRejected` (context_length_exceeded) with the numbers if the prompt leaves no
    room for one token, in the context or in the cache, or if more tokens were asked for than the
    cache holds.
    """
    prompt_tokens, longest = len(sequence.token_ids), limits.context_length
    if prompt_tokens >= longest:
        raise _too_long(
            f"The conversation is {prompt_tokens} tokens long and this model reads at most "
            f"{longest - 1}; shorten the message or start a new chat."
        )
    if prompt_tokens >= cache_tokens:
        raise _too_long(
            f"The conversation is {prompt_tokens} tokens long and the cache holds {cache_tokens}; "
            "shorten the message or start a new chat."
        )
    if sequence.max_total_tokens > cache_tokens and sequence.sampling.max_tokens is not None:
        raise _too_long(
            f"The conversation needs room for {sequence.max_total_tokens} tokens and the cache "
            f"holds {cache_tokens}; ask for fewer tokens."
        )
    sequence.max_total_tokens = min(sequence.max_total_tokens, longest, cache_tokens)


def _too_long(message: str) -> RequestRejected:
    return RequestRejected(ErrorCode.CONTEXT_LENGTH_EXCEEDED, message)
