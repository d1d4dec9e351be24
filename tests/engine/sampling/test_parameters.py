"""Sampling parameters that make no sense are refused by name."""

import math
from typing import Any

import pytest

from engine.errors import RequestRejected
from engine.protocol import ErrorCode, SamplingParams
from engine.sampling import (
    SamplingAdvice,
    resolve_sampling,
    sampling_of_choice,
    validate_sampling,
)

VOCAB = 400


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("temperature", -0.1),
        ("temperature", math.nan),
        ("temperature", math.inf),
        ("temperature", 1e9),
        ("temperature", "hot"),
        ("temperature", True),
        ("top_p", 0.0),
        ("top_p", 1.01),
        ("top_p", math.nan),
        ("min_p", -0.1),
        ("min_p", 1.1),
        ("top_k", -1),
        ("top_k", 1.5),
        ("seed", 2**64),
        ("seed", "7"),
        ("max_tokens", 0),
        ("max_tokens", -5),
        ("max_tokens", 2.0),
        ("stop", "text"),
        ("stop", ("",)),
        ("stop", ("x" * 1000,)),
        ("stop", ("x",) * 1000),
        ("stop", (3,)),
        ("repetition_penalty", 0.0),
        ("repetition_penalty", 2.5),
        ("repetition_penalty", math.nan),
        ("presence_penalty", -2.1),
        ("frequency_penalty", 2.1),
        ("frequency_penalty", "much"),
        ("logit_bias", ["7"]),
        ("logit_bias", {7: 1.0}),
        ("logit_bias", {"seven": 1.0}),
        ("logit_bias", {"-1": 1.0}),
        ("logit_bias", {"07": 1.0}),
        ("logit_bias", {"²": 1.0}),
        ("logit_bias", {"400": 1.0}),
        ("logit_bias", {"9" * 5000: 1.0}),
        ("logit_bias", {"7": 100.5}),
        ("logit_bias", {"7": math.inf}),
        ("logit_bias", {str(token): 0.0 for token in range(1025)}),
        ("logprobs", -1),
        ("logprobs", 21),
        ("logprobs", True),
        ("prompt_logprobs", 21),
        ("n", 0),
        ("n", 9),
        ("n", 1.0),
        ("thinking_budget", -1),
        ("thinking_budget", 0.5),
    ],
)
def test_a_wrong_value_is_refused_with_the_name_of_its_field(field: str, value: Any) -> None:
    with pytest.raises(RequestRejected) as refusal:
        validate_sampling(SamplingParams(**{field: value}), vocab_size=VOCAB)
    assert refusal.value.code is ErrorCode.INVALID_REQUEST
    assert field in refusal.value.message
    assert len(refusal.value.message) < 200


@pytest.mark.parametrize(
    "sampling",
    [
        SamplingParams(),
        SamplingParams(temperature=0, top_p=1, top_k=1, min_p=1, seed=-1, max_tokens=1),
        SamplingParams(stop=("\n", "END"), seed=2**63 - 1),
        SamplingParams(repetition_penalty=0.5, presence_penalty=-2, frequency_penalty=2.0),
        SamplingParams(logit_bias={"0": -100, "399": 100.0}, logprobs=0, prompt_logprobs=20),
        SamplingParams(n=8, thinking_budget=0),
    ],
)
def test_sensible_values_pass(sampling: SamplingParams) -> None:
    validate_sampling(sampling, vocab_size=VOCAB)


def test_a_missing_seed_is_drawn_afresh_and_a_given_one_is_kept() -> None:
    drawn = {resolve_sampling(SamplingParams(), SamplingAdvice()).seed for _ in range(8)}
    assert len(drawn) == 8
    assert None not in drawn
    assert resolve_sampling(SamplingParams(seed=0), SamplingAdvice()).seed == 0


def test_what_is_asked_goes_before_the_checkpoints_advice_and_that_before_the_defaults() -> None:
    advice = SamplingAdvice(temperature=0.3)
    asked = resolve_sampling(SamplingParams(temperature=0.0, top_p=0.5), advice)
    silent = resolve_sampling(SamplingParams(), advice)
    assert (asked.temperature, asked.top_p) == (0.0, 0.5)
    assert (silent.temperature, silent.top_p) == (0.3, 0.95)


def test_each_of_several_answers_has_a_seed_of_its_own_and_the_first_keeps_the_given_one() -> None:
    sampling = SamplingParams(seed=2**63 - 1, n=3)
    choices = [sampling_of_choice(sampling, choice) for choice in range(3)]
    assert choices[0].seed == 2**63 - 1
    assert len({choice.seed for choice in choices}) == 3
    for choice in choices:
        validate_sampling(choice, vocab_size=VOCAB)
