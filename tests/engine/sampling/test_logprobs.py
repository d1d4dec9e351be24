"""Log probabilities are the model's own, whatever the sampler is told to do with them."""

import math
from typing import Any

import pytest
import torch

from engine.sampling import RowAdjustment, Sampler, SamplingRow, prompt_logprobs

VOCAB = 9


def row(logprobs: int | None, **changes: Any) -> SamplingRow:
    return SamplingRow(1.0, 1.0, 0, 0.0, 5, 2, logprobs)._replace(**changes)


def random_logits(rows: int) -> torch.Tensor:
    logits = torch.randn(rows, VOCAB + 3, generator=torch.Generator().manual_seed(1))
    logits[:, VOCAB:] = 30.0
    return logits


def test_each_row_gets_as_many_as_it_asked_for_and_rows_that_did_not_ask_get_none() -> None:
    logits = random_logits(4)
    exact = torch.log_softmax(logits[:, :VOCAB].double(), -1)
    sampled = Sampler(VOCAB).sample(logits, [row(3), row(None), row(0), row(20)])
    for index, count in ((0, 3), (2, 0), (3, VOCAB)):
        entry, token = sampled.logprobs[index], sampled.tokens[index]
        assert entry is not None
        assert entry.token_id == token
        assert entry.logprob == pytest.approx(float(exact[index, token]), abs=1e-5)
        order = exact[index].argsort(descending=True)[:count].tolist()
        assert [top.token_id for top in entry.top] == order
        values = [top.logprob for top in entry.top]
        assert values == pytest.approx(exact[index, order].tolist(), abs=1e-5)
    assert sampled.logprobs[1] is None


def test_they_do_not_depend_on_temperature_filters_or_adjustments() -> None:
    logits = random_logits(1)
    forced = RowAdjustment(forced=4)
    plain = Sampler(VOCAB).sample(logits.clone(), [row(2)]).logprobs[0]
    bent = Sampler(VOCAB).sample(
        logits.clone(), [row(2, temperature=0.2, top_k=1)._replace(adjustment=forced)]
    )
    assert plain is not None
    assert bent.logprobs[0] is not None
    assert bent.logprobs[0].top == plain.top
    exact = float(torch.log_softmax(logits[0, :VOCAB], -1)[4])
    assert bent.logprobs[0].logprob == pytest.approx(exact, abs=1e-5)


def test_a_row_that_fails_has_none_and_the_others_have_theirs() -> None:
    logits = random_logits(2)
    logits[0, 1] = math.nan
    sampled = Sampler(VOCAB).sample(logits, [row(1), row(1)])
    assert sampled.logprobs[0] is None
    assert sampled.logprobs[1] is not None


def test_a_token_out_of_the_question_has_a_number_that_json_knows() -> None:
    logits = torch.full((1, VOCAB), -3e38)
    logits[0, 0] = 3e38
    (entry,) = prompt_logprobs(logits, [1], num_top=2, vocab_size=VOCAB)
    assert entry.logprob == -9999.0


def test_prompt_tokens_are_judged_by_the_rows_before_them() -> None:
    logits = random_logits(3)
    exact = torch.log_softmax(logits[:, :VOCAB], -1)
    entries = prompt_logprobs(logits, [4, 0, 8], num_top=1, vocab_size=VOCAB)
    assert [entry.token_id for entry in entries] == [4, 0, 8]
    assert [entry.logprob for entry in entries] == pytest.approx(
        [float(exact[0, 4]), float(exact[1, 0]), float(exact[2, 8])], abs=1e-5
    )
    tops = [entry.top[0].token_id for entry in entries]
    assert tops == logits[:, :VOCAB].argmax(-1).tolist()
