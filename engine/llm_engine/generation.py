"""One answer between submission and its end: what constrains it, what reads it, when it ends.

Tokens pass twice. `take` looks at ids alone and is done before the next step may begin; `tell`
turns the same tokens into text and events while the next step computes.
"""

from collections.abc import Sequence as Seq
from dataclasses import dataclass, field

from engine.chat.response_parser import ResponseParser
from engine.chat.tokenizer import ChatTokenizer
from engine.protocol import (
    EngineEvent,
    FinishReason,
    GenerationRequest,
    Usage,
)
from engine.sampling import DecodingState
from engine.scheduler import Sequence


@dataclass(slots=True)
class Times:
    """When things happened to an answer, in seconds of the engine's clock."""

    submitted_at: float
    admitted_at: float | None = None
    first_token_at: float | None = None


@dataclass(frozen=True, slots=True)
class EndTokens:
    """Ids that end an answer; `observation` is the one that asks for a tool's result."""

    stop: frozenset[int]
    observation: int | None

    @classmethod
    def of(cls, tokenizer: ChatTokenizer, *, ignored: bool) -> "EndTokens":
        """The tokenizer's, or none when an answer is to be as long as it may."""
        stop = frozenset() if ignored else tokenizer.stop_token_ids
        return cls(stop, tokenizer.special_id("<|observation|>"))


class Generation:
    """One answer. `choice` counts the answers of a request from 0."""

    def __init__(
        self,
        request: GenerationRequest,
        sequence: Sequence,
        decoding: DecodingState,
        parser: ResponseParser,
        *,
        end_tokens: EndTokens,
        submitted_at: float,
        choice: int = 0,
    ) -> None:
        self.request = request
        self.sequence = sequence
        self.decoding = decoding
        self.choice = choice
        self.times = Times(submitted_at)
        self.abort_requested = False
        self.queue_position: int | None = None
        self.reason: FinishReason | None = None
        self._parser = parser
        self._end_tokens = end_tokens
        self.prompt_tokens = len(sequence.token_ids)
        self._taken = 0
        self._told = 0
        self._last_told: int | None = None
        self._ends_by: FinishReason | None = None
        self._resume(request.resume_token_ids)
        self.prefill_tokens = len(sequence.token_ids)
        # Of the prompt, as far as it was told.
        self.read_tokens = 0

    @property
    def is_taken_whole(self) -> bool:
        """Whether `take` has seen the answer's last token."""
        return self._ends_by is not None

    def take(self, token_ids: Seq[int]) -> tuple[int, ...]:
        """Those of the next tokens that belong to the answer; nothing follows its last one."""
        room = self.sequence.max_total_tokens - self.prompt_tokens - self._taken
        taken: list[int] = []
        for token_id in token_ids[:room]:
            taken.append(token_id)
            if token_id in self._end_tokens.stop:
                self._ends_by = FinishReason.STOP
                break
        if self._ends_by is None and taken and len(taken) == room:
            self._ends_by = FinishReason.LENGTH
        self._taken += len(taken)
        self.decoding.accept(taken)
        return tuple(taken)

    def end_unwritten(self) -> None:
        """The prompt was read, and nothing was to be written."""
        self._ends_by = FinishReason.STOP

    def tell(self, token_ids: Seq[int]) -> tuple[list[EngineEvent], tuple[int, ...]]:
        """What taken tokens say, and those of them that count: a stop string may come before the
        last one. Sets `reason` when the answer is over."""
        events: list[EngineEvent] = []
        for place, token_id in enumerate(token_ids, start=1):
            self._told += 1
            self._last_told = token_id
            if token_id in self._end_tokens.stop:
                self.reason = FinishReason.STOP
                return events, tuple(token_ids[:place])
            events += self._parser.feed((token_id,))
            if self._parser.stopped_by_string:
                self.reason = FinishReason.STOP
                return events, tuple(token_ids[:place])
        if self._ends_by is not None and self._told == self._taken:
            self.reason = self._ends_by
        return events, tuple(token_ids)

    def finish(self) -> tuple[list[EngineEvent], FinishReason]:
        """What the parser still holds back, and why the answer ended: aborted unless it is over."""
        events = self._parser.finish()
        reason = self.reason or FinishReason.ABORTED
        asks_for_tool = self._last_told == self._end_tokens.observation
        if reason is FinishReason.STOP and asks_for_tool and self._parser.made_tool_call:
            reason = FinishReason.TOOL_CALLS
        return events, reason

    def usage(self, now: float) -> Usage:
        """What the answer has cost so far."""
        times = self.times
        admitted_at = now if times.admitted_at is None else times.admitted_at
        first_token_at = now if times.first_token_at is None else times.first_token_at
        return Usage(
            prompt_tokens=self.prompt_tokens,
            cached_tokens=min(self.sequence.cached_tokens, self.prompt_tokens),
            completion_tokens=self._told,
            thinking_tokens=self._parser.thinking_tokens,
            queue_ms=(admitted_at - times.submitted_at) * 1000,
            ttft_ms=(first_token_at - times.submitted_at) * 1000,
            duration_ms=(now - times.submitted_at) * 1000,
        )

    def _resume(self, token_ids: Seq[int]) -> None:
        """Read what an earlier attempt wrote; its events were sent then."""
        for token_id in token_ids:
            if self.is_taken_whole or self.reason is not None:
                return
            self.sequence.token_ids.extend(self.take((token_id,)))
            self.tell((token_id,))


@dataclass(slots=True)
class Choices:
    """The answers of one request, and what the ended ones cost together."""

    generations: list[Generation]
    ended: list[tuple[FinishReason, Usage]] = field(default_factory=list)

    @property
    def are_several(self) -> bool:
        """Whether each answer's end is told apart from the request's."""
        return len(self.generations) > 1

    def end(self, reason: FinishReason, usage: Usage) -> bool:
        """Note that an answer ended; True when it was the last one."""
        self.ended.append((reason, usage))
        return len(self.ended) == len(self.generations)

    def total(self) -> tuple[FinishReason, Usage]:
        """The request's end: the worst of the reasons, the sum of what was written."""
        reasons = [reason for reason, _ in self.ended]
        usages = [usage for _, usage in self.ended]
        order = (
            FinishReason.ABORTED,
            FinishReason.LENGTH,
            FinishReason.TOOL_CALLS,
            FinishReason.STOP,
        )
        reason = next(reason for reason in order if reason in reasons)
        return reason, Usage(
            prompt_tokens=usages[0].prompt_tokens,
            cached_tokens=usages[0].cached_tokens,
            completion_tokens=sum(usage.completion_tokens for usage in usages),
            thinking_tokens=sum(usage.thinking_tokens for usage in usages),
            queue_ms=min(usage.queue_ms for usage in usages),
            ttft_ms=min(usage.ttft_ms for usage in usages),
            duration_ms=max(usage.duration_ms for usage in usages),
        )
