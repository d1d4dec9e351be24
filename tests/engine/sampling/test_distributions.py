"""Draws follow the exact distribution, with every filter and penalty; wrong ones are noticed."""

from collections.abc import Mapping
from typing import Any

import pytest
import torch

from engine.protocol import SamplingParams
from engine.sampling import DecodingState, ResponseTags, Sampler, SamplingRow
from engine.sampling.adjusting import adjust_row
from tests.engine.sampling.distributions import exact_distribution, require_distribution

LOGITS = (2.0, 1.4, 0.9, 0.3, 0.0, -0.6, -0.9, 1.1)
VOCAB = len(LOGITS)
DRAWS = 20_000
FILTERS: list[Mapping[str, Any]] = [
    {},
    {"temperature": 0.5},
    {"temperature": 1.7},
    {"top_k": 3},
    {"top_p": 0.8},
    {"min_p": 0.3},
    {"temperature": 1.5, "top_k": 6, "top_p": 0.9, "min_p": 0.1},
]
TAGS = ResponseTags(
    open_thinking=100,
    close_thinking=101,
    open_call=102,
    close_call=103,
    opening=(100,),
    stop_token_ids=frozenset(),
    vocab_size=104,
)


def draw(row: SamplingRow) -> list[object]:
    """The same row at many positions of its seed."""
    logits = torch.tensor(LOGITS)
    if row.adjustment is not None:
        adjust_row(logits, row.adjustment)
    rows = [row._replace(position=position, adjustment=None) for position in range(DRAWS)]
    return list(Sampler(VOCAB).sample(logits.expand(DRAWS, -1), rows).tokens)


def state(
    prompt: list[int], output: list[int], filters: Mapping[str, Any], **changes: Any
) -> DecodingState:
    settings: dict[str, Any] = {"temperature": 1.0, "top_p": 1.0, "seed": 21, **filters, **changes}
    decoding = DecodingState(SamplingParams(**settings), prompt, tags=TAGS, thinks=False)
    decoding.accept(output)
    return decoding


@pytest.mark.parametrize("filters", FILTERS)
def test_draws_follow_the_exact_distribution(filters: Mapping[str, Any]) -> None:
    expected = exact_distribution(LOGITS, **filters)
    (row,) = state([], [], filters).rows()
    require_distribution(draw(row), dict(enumerate(expected)))


@pytest.mark.parametrize(
    ("filters", "slightly_wrong"),
    [
        ({}, {"temperature": 1.05}),
        ({"temperature": 0.5}, {"temperature": 0.53}),
        ({"top_k": 3}, {"top_k": 4}),
        ({"top_p": 0.8}, {"top_p": 0.9}),
        ({"min_p": 0.3}, {"min_p": 0.1}),
    ],
)
def test_a_sampler_that_is_slightly_off_would_be_noticed(
    filters: Mapping[str, Any], slightly_wrong: Mapping[str, Any]
) -> None:
    (row,) = state([], [], slightly_wrong).rows()
    with pytest.raises(AssertionError, match=r"chi-square|impossible"):
        require_distribution(draw(row), dict(enumerate(exact_distribution(LOGITS, **filters))))


@pytest.mark.parametrize("filters", FILTERS)
def test_penalties_and_bias_change_the_distribution_by_their_rules(
    filters: Mapping[str, Any],
) -> None:
    prompt, output = [0, 5, 5], [1, 1, 6, 0]
    decoding = state(
        prompt,
        output,
        filters,
        repetition_penalty=1.3,
        presence_penalty=0.4,
        frequency_penalty=-0.2,
        logit_bias={"3": 0.7, "1": 0.5},
    )
    (row,) = decoding.rows()
    expected = exact_distribution(penalized(prompt, output), **filters)
    require_distribution(draw(row), dict(enumerate(expected)))


def penalized(prompt: list[int], output: list[int]) -> list[float]:
    logits = list(LOGITS)
    for token in {*prompt, *output}:
        logits[token] = logits[token] / 1.3 if logits[token] > 0 else logits[token] * 1.3
    for token in set(output):
        logits[token] -= 0.4 - 0.2 * output.count(token)
    logits[3] += 0.7
    logits[1] += 0.5
    return logits
