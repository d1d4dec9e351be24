"""What is changed before a token is drawn, to the logit, and for one row alone."""

import math

import numpy as np
import pytest
import torch

from engine.errors import GenerationCorrupted, GrammarDeadEnd
from engine.protocol import ErrorCode
from engine.sampling import RowAdjustment, Sampler, SamplingRow, TokenBias, TokenPenalties
from engine.sampling.adjusting import adjust_row
from engine.sampling.rows import FORBIDDEN

VOCAB = 70


def greedy(adjustment: RowAdjustment | None, temperature: float = 0.0) -> SamplingRow:
    return SamplingRow(temperature, 1.0, 0, 0.0, 3, 0, None, adjustment)


def allow(*token_ids: int) -> RowAdjustment:
    words = np.zeros(3, dtype=np.uint32)
    for token_id in token_ids:
        words[token_id // 32] |= np.uint32(1 << token_id % 32)
    return RowAdjustment(allowed=words.view(np.int32))


def bias(values: dict[int, float]) -> RowAdjustment:
    ids = np.array(list(values), dtype=np.int64)
    return RowAdjustment(
        bias=TokenBias(ids=ids, values=np.array(list(values.values()), dtype=np.float32))
    )


def falling_logits(rows: int) -> torch.Tensor:
    """Token 0 is the likeliest, the last the least; padding above would win if it were drawn."""
    logits = torch.full((rows, VOCAB + 10), 99.0)
    logits[:, :VOCAB] = torch.linspace(5.0, -5.0, VOCAB)
    return logits


def test_penalties_touch_the_tokens_they_name_and_no_other() -> None:
    logits = torch.tensor([2.0, -2.0, 3.0, -1.0, 0.5])
    penalties = TokenPenalties(
        ids=np.array([0, 1, 3]),
        output_counts=np.array([0, 2, 1], dtype=np.int32),
        repetition=2.0,
        presence=0.5,
        frequency=0.25,
    )
    adjust_row(logits, RowAdjustment(penalties=penalties))
    assert logits.tolist() == [1.0, -4.0 - 0.5 - 0.5, 3.0, -2.0 - 0.25 - 0.5, 0.5]


@pytest.mark.parametrize("temperature", [0.0, 1.0])
@pytest.mark.parametrize("token_id", [31, 32, 63, 64, 69])
def test_only_tokens_whose_bit_is_set_are_drawn(token_id: int, temperature: float) -> None:
    sampled = Sampler(VOCAB).sample(falling_logits(1), [greedy(allow(token_id), temperature)])
    assert sampled.tokens == [token_id]


def test_a_forced_token_is_drawn_whatever_the_logits_say() -> None:
    adjustment = RowAdjustment(bias=bias({69: FORBIDDEN}).bias, allowed=allow(1).allowed, forced=69)
    assert Sampler(VOCAB).sample(falling_logits(1), [greedy(adjustment, 1.0)]).tokens == [69]


def test_a_forbidden_token_is_never_drawn_even_if_it_is_the_only_likely_one() -> None:
    logits = torch.full((300, VOCAB), -50.0)
    logits[:, 7] = 50.0
    rows = [greedy(bias({7: FORBIDDEN}), 1.0)._replace(position=p) for p in range(300)]
    assert 7 not in Sampler(VOCAB).sample(logits, rows).tokens


def test_bias_moves_the_likeliest() -> None:
    sampled = Sampler(VOCAB).sample(falling_logits(2), [greedy(bias({69: 11.0})), greedy(None)])
    assert sampled.tokens == [69, 0]


def test_a_dead_end_fails_its_own_row_with_its_own_code() -> None:
    sampled = Sampler(VOCAB).sample(
        falling_logits(3), [greedy(allow(3)), greedy(allow()), greedy(None)]
    )
    assert sampled.tokens == [3, None, 0]
    assert isinstance(sampled.error(1), GrammarDeadEnd)
    assert sampled.error(1).code is ErrorCode.GRAMMAR_DEAD_END


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    "adjustment", [RowAdjustment(forced=1), allow(1), bias({1: FORBIDDEN, 5: FORBIDDEN})]
)
def test_logits_that_are_not_finite_are_found_behind_every_adjustment(
    value: float, adjustment: RowAdjustment
) -> None:
    logits = falling_logits(2)
    logits[0, 5] = value
    sampled = Sampler(VOCAB).sample(logits, [greedy(adjustment), greedy(allow(4))])
    assert sampled.tokens == [None, 4]
    assert isinstance(sampled.error(0), GenerationCorrupted)


def test_extreme_logits_stay_finite_under_penalties_and_bias() -> None:
    logits = torch.tensor([-3e38, 3e38, -3e38])
    ids, counts = np.array([0, 1, 2]), np.ones(3, dtype=np.int32)
    penalties = TokenPenalties(
        ids=ids, output_counts=counts, repetition=2.0, presence=2.0, frequency=2.0
    )
    adjust_row(logits, RowAdjustment(penalties=penalties, bias=bias({1: 100.0}).bias))
    assert torch.isfinite(logits).all()


def test_rows_without_adjustments_are_left_as_they_are() -> None:
    logits = falling_logits(2)
    before = logits.clone()
    Sampler(VOCAB).sample(logits, [greedy(None), greedy(allow(3))])
    assert torch.equal(logits[0], before[0])
    assert not torch.equal(logits[1], before[1])
