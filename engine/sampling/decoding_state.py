"""All that constrains the next tokens of one sequence: settings, penalties, thinking, grammar.

Owns what changes as the answer grows. Knows no logits and no text.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.protocol import SamplingParams
from engine.sampling.response_tags import ResponseTags
from engine.sampling.rows import FORBIDDEN, RowAdjustment, SamplingRow, TokenBias, TokenPenalties
from engine.sampling.thinking import ThinkingRules
from engine.sampling.token_counts import TokenCounts
from engine.sampling.token_matcher import TokenMatcher


class DecodingState:
    """One sequence, from its first sampled token to its last.

    `sampling` is resolved (seed, temperature and top_p are set). `thinks` says that the model is
    to think, `thinking_open` that the prompt began it. `matcher` takes over where the thinking
    ends, or at once. `forbidden_token_ids` are never sampled. Tokens of an earlier attempt are
    handed to `accept`, as the sampled ones are.
    """

    def __init__(
        self,
        sampling: SamplingParams,
        prompt_token_ids: Sequence[int],
        *,
        tags: ResponseTags,
        thinks: bool,
        thinking_open: bool = False,
        matcher: TokenMatcher | None = None,
        forbidden_token_ids: Collection[int] = (),
    ) -> None:
        self._sampling = sampling
        self._position = len(prompt_token_ids)
        self._matcher = matcher
        self._tags = tags
        self._rules = ThinkingRules(
            tags, budget_tokens=sampling.thinking_budget, has_grammar=matcher is not None
        )
        self._place = self._rules.start(thinks=thinks, thinking_open=thinking_open)
        self._ends_thinking = False
        self._counts = _read_counts(sampling, prompt_token_ids, tags.vocab_size)
        self._steady = _steady_adjustment(sampling, forbidden_token_ids)
        # Before the grammar takes over nothing may end the response or begin another structure.
        before_grammar = {*forbidden_token_ids, *tags.stop_token_ids, tags.open_call}
        self._before_grammar = _steady_adjustment(sampling, before_grammar)
        self._is_plain = (
            self._counts is None
            and self._steady is None
            and matcher is None
            and sampling.thinking_budget is None
        )
        self._settings = _read_settings(sampling)

    @property
    def is_thinking(self) -> bool:
        """Whether the next token is part of the thinking, or of its forced opening."""
        return self._place.inside or bool(self._place.opening)

    @property
    def is_settled(self) -> bool:
        """Whether every further token is drawn alike, whatever the tokens before it are, so that
        several may be drawn without asking in between."""
        logprobs = self._settings[-1]
        return self._is_plain and not self._ends_thinking and logprobs is None

    def rows(self, drafts: Sequence[int] = ()) -> list[SamplingRow]:
        """How to sample the next token, and each token after a draft: 1 + len(drafts) rows.

        Row j assumes that `drafts[:j]` were accepted. Rows behind a draft that cannot be accepted
        or that ends the response are never used; they carry no adjustment.
        """
        if self._is_plain and not self._ends_thinking:
            return [self._row(offset) for offset in range(len(drafts) + 1)]
        adjustments = self._adjust_along(drafts)
        unused = len(drafts) + 1 - len(adjustments)
        return [
            self._row(offset, adjustment)
            for offset, adjustment in enumerate([*adjustments, *[None] * unused])
        ]

    def accept(self, token_ids: Sequence[int]) -> None:
        """Take tokens that the answer now holds: sampled ones, or those of an earlier attempt."""
        for token_id in token_ids:
            self._take(token_id)
        self._position += len(token_ids)
        self._ends_thinking = self._ends_thinking and self.is_thinking

    def end_thinking(self) -> None:
        """Close the thinking with the next token that is sampled; ignored outside of it."""
        self._ends_thinking = self.is_thinking

    def _row(self, offset: int, adjustment: RowAdjustment | None = None) -> SamplingRow:
        temperature, top_p, top_k, min_p, seed, logprobs = self._settings
        return SamplingRow(
            temperature,
            top_p,
            top_k,
            min_p,
            seed,
            self._position + offset,
            logprobs,
            adjustment,
        )

    def _take(self, token_id: int) -> None:
        if self._counts is not None:
            self._counts.add(token_id)
        if self._place.armed and self._matcher is not None:
            self._matcher.advance(token_id)
        self._place = self._rules.advance(self._place, token_id)

    def _adjust_along(self, drafts: Sequence[int]) -> list[RowAdjustment | None]:
        """Walks the drafts as far as they can be accepted, then takes every step back."""
        start = self._place
        adjustments = [self._adjustment()]
        matched = 0
        taken: list[int] = []
        for draft in drafts:
            if self._is_last(draft) or not _admits(adjustments[-1], draft):
                break
            matched += self._place.armed
            self._take(draft)
            taken.append(draft)
            adjustments.append(self._adjustment())
        self._take_back(taken, matched)
        self._place = start
        return adjustments

    def _is_last(self, draft: int) -> bool:
        """Whether nothing can follow: a response that ends, or padding of the vocabulary."""
        is_end = self._place.armed and draft in self._tags.stop_token_ids
        return is_end or draft >= self._tags.vocab_size

    def _take_back(self, taken: list[int], matched: int) -> None:
        if self._counts is not None:
            for token_id in reversed(taken):
                self._counts.take_back(token_id)
        if self._matcher is not None and matched:
            self._matcher.rollback(matched)

    def _adjustment(self) -> RowAdjustment | None:
        """What the present place asks of the next token."""
        forced = self._rules.forced_token(self._place, end_thinking=self._ends_thinking)
        if forced is not None:
            return RowAdjustment(forced=forced)
        is_before_grammar = self._matcher is not None and not self._place.armed
        steady = self._before_grammar if is_before_grammar else self._steady
        allowed = self._allowed()
        if self._counts is None and allowed is None:
            return steady
        return replace(steady or RowAdjustment(), penalties=self._penalties(), allowed=allowed)

    def _allowed(self) -> NDArray[np.int32] | None:
        if self._matcher is None or not self._place.armed:
            return None
        return self._matcher.allowed()

    def _penalties(self) -> TokenPenalties | None:
        if self._counts is None:
            return None
        return TokenPenalties(
            ids=self._counts.ids(),
            output_counts=self._counts.output_counts(),
            repetition=self._sampling.repetition_penalty,
            presence=self._sampling.presence_penalty,
            frequency=self._sampling.frequency_penalty,
        )


_Settings = tuple[float, float, int, float, int, int | None]


def _read_settings(sampling: SamplingParams) -> _Settings:
    if sampling.seed is None or sampling.temperature is None or sampling.top_p is None:
        raise ValueError("the sampling is not resolved")
    return (
        sampling.temperature,
        sampling.top_p,
        sampling.top_k,
        sampling.min_p,
        sampling.seed,
        sampling.logprobs,
    )


def _read_counts(
    sampling: SamplingParams, prompt_token_ids: Sequence[int], vocab_size: int
) -> TokenCounts | None:
    if sampling.repetition_penalty != 1.0:
        return TokenCounts(id_ for id_ in prompt_token_ids if id_ < vocab_size)
    if sampling.presence_penalty or sampling.frequency_penalty:
        return TokenCounts()
    return None


def _steady_adjustment(
    sampling: SamplingParams, forbidden: Collection[int]
) -> RowAdjustment | None:
    """What holds for every row alike; None if nothing does."""
    values = {int(key): value for key, value in sampling.logit_bias.items()}
    values |= dict.fromkeys(forbidden, FORBIDDEN)
    if not values:
        return None
    bias = TokenBias(
        ids=np.array(list(values), dtype=np.int64),
        values=np.array(list(values.values()), dtype=np.float32),
    )
    return RowAdjustment(bias=bias)


def _admits(adjustment: RowAdjustment | None, token_id: int) -> bool:
    """Whether a row so adjusted can sample the token at all."""
    if adjustment is None:
        return True
    if adjustment.forced is not None:
        return token_id == adjustment.forced
    if adjustment.allowed is None:
        return True
    word = int(adjustment.allowed[token_id >> 5])
    return bool(word >> (token_id & 31) & 1)
