"""What is drawn: the right distribution, the same alone and in company, never nonsense."""

import math
from collections.abc import Sequence

import pytest
import torch
from torch import Tensor

from engine.sampling import Sampler, SamplingRow

VOCAB = 12


def row(
    *,
    temperature: float = 1.0,
    top_p: float = 1.0,
    top_k: int = 0,
    min_p: float = 0.0,
    seed: int = 0,
    position: int = 0,
) -> SamplingRow:
    return SamplingRow(
        temperature=temperature,
        top_p=top_p,
        top_k=top_k,
        min_p=min_p,
        seed=seed,
        position=position,
    )


def sample(logits: Tensor, rows: Sequence[SamplingRow]) -> list[int | None]:
    return Sampler(VOCAB).sample(logits, rows).tokens


def random_logits(rows: int, *, seed: int = 0) -> Tensor:
    return torch.randn(rows, VOCAB, generator=torch.Generator().manual_seed(seed)) * 2


def draw_many(logits: Tensor, like: SamplingRow, count: int = 4000) -> list[int | None]:
    """The same logits drawn at many positions of one seed."""
    rows = [like._replace(position=position) for position in range(count)]
    return sample(logits.expand(count, -1), rows)


@pytest.mark.parametrize("temperature", [0.0, 1e-9])
def test_temperature_zero_takes_the_likeliest(temperature: float) -> None:
    logits = random_logits(20)
    rows = [row(temperature=temperature, seed=index) for index in range(20)]
    assert sample(logits, rows) == logits.argmax(-1).tolist()


def test_top_k_one_takes_the_likeliest_at_any_temperature() -> None:
    logits = random_logits(20)
    rows = [row(temperature=5.0, top_k=1, seed=index) for index in range(20)]
    assert sample(logits, rows) == logits.argmax(-1).tolist()


def test_a_tiny_top_p_takes_the_likeliest() -> None:
    logits = random_logits(20)
    rows = [row(top_p=1e-12, seed=index) for index in range(20)]
    assert sample(logits, rows) == logits.argmax(-1).tolist()


def test_top_k_draws_only_and_all_of_the_k_likeliest() -> None:
    logits = random_logits(1, seed=4)
    expected = set(logits[0].topk(3).indices.tolist())
    assert set(draw_many(logits, row(temperature=2.0, top_k=3))) == expected


def test_top_p_draws_the_smallest_set_that_reaches_it() -> None:
    logits = torch.tensor([0.5, 0.3, 0.15, 0.05] + [1e-9] * 8).log()[None]
    assert set(draw_many(logits, row(top_p=0.79))) == {0, 1}
    assert set(draw_many(logits, row(top_p=0.81))) == {0, 1, 2}


def test_top_p_counts_over_what_top_k_left() -> None:
    logits = torch.tensor([0.4, 0.3, 0.2, 0.1] + [1e-9] * 8).log()[None]
    # Of the first two alone, 0.4 / 0.7 is 0.57.
    assert set(draw_many(logits, row(top_k=2, top_p=0.55))) == {0}
    assert set(draw_many(logits, row(top_p=0.55))) == {0, 1}


def test_min_p_is_relative_to_the_likeliest() -> None:
    logits = torch.tensor([0.5, 0.3, 0.15, 0.05] + [1e-9] * 8).log()[None]
    assert set(draw_many(logits, row(min_p=0.29))) == {0, 1, 2}
    assert set(draw_many(logits, row(min_p=0.31))) == {0, 1}
    assert set(draw_many(logits, row(min_p=1.0))) == {0}


def test_a_seed_draws_the_same_alone_and_among_any_batch_mates() -> None:
    logits = random_logits(9, seed=5)
    rows = [
        row(temperature=0.0 if i % 3 == 0 else 1.3, top_p=1 - i / 20, top_k=i, seed=i, position=i)
        for i in range(9)
    ]
    together = sample(logits, rows)
    alone = [sample(logits[i : i + 1], [rows[i]])[0] for i in range(9)]
    reversed_batch = sample(logits.flip(0), rows[::-1])[::-1]
    assert together == alone == reversed_batch


def test_other_seeds_and_other_positions_draw_otherwise() -> None:
    logits = torch.zeros(64, VOCAB)
    by_position = sample(logits, [row(position=i) for i in range(64)])
    by_seed = sample(logits, [row(seed=i) for i in range(64)])
    negative = sample(logits, [row(seed=-i) for i in range(1, 65)])
    assert len({tuple(by_position), tuple(by_seed), tuple(negative)}) == 3
    for drawn in (by_position, by_seed, negative):
        assert len(set(drawn)) > VOCAB // 2


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_padding_of_the_vocabulary_is_never_drawn(temperature: float) -> None:
    padded = torch.full((200, VOCAB + 5), 50.0)
    padded[:, :VOCAB] = random_logits(200)
    drawn = sample(padded, [row(temperature=temperature, seed=index) for index in range(200)])
    assert all(token is not None and token < VOCAB for token in drawn)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("temperature", [0.0, 0.9])
def test_a_row_that_is_not_finite_gives_none_and_leaves_the_others_alone(
    value: float, temperature: float
) -> None:
    logits = random_logits(3)
    rows = [row(temperature=temperature, seed=index) for index in range(3)]
    healthy = sample(logits, rows)
    logits[1, 4] = value
    assert sample(logits, rows) == [healthy[0], None, healthy[2]]


def test_padding_that_is_not_finite_does_no_harm() -> None:
    padded = torch.full((1, VOCAB + 2), math.nan)
    padded[:, :VOCAB] = random_logits(1)
    assert sample(padded, [row(temperature=0.0)])[0] is not None


def test_extreme_logits_still_give_a_token_that_is_kept() -> None:
    logits = torch.full((50, VOCAB), -3e38)
    logits[:, 7] = 3e38
    rows = [row(temperature=0.01, top_p=0.1, min_p=0.5, seed=index) for index in range(50)]
    assert set(sample(logits, rows)) == {7}
