"""The library draws the token that the reference draws, for every filter and shape of logits."""

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.kernels.cpu import CpuDraw, CpuLibrary
from engine.kernels.reference.draw_tokens import DrawParameters, draw_tokens

ROWS = 300


def random_parameters(
    seed: int, *, rows: int = ROWS, temperatures: tuple[float, ...] = (0.3, 0.7, 1.0, 2.0)
) -> DrawParameters:
    """Every mixture of filters, on and off."""
    random = np.random.default_rng(seed)
    return DrawParameters(
        temperature=random.choice(temperatures, rows),
        top_p=random.choice([1.0, 0.99, 0.9, 0.5, 1e-6], rows),
        top_k=random.choice([0, 1, 5, 50, 10_000_000], rows).astype(np.int32),
        min_p=random.choice([0.0, 0.0, 0.05, 1.0], rows),
        seed=random.integers(-(2**63), 2**63 - 1, rows),
        position=random.integers(0, 100_000, rows),
    )


def assert_same(
    library: CpuLibrary, logits: Tensor, parameters: DrawParameters, vocab_size: int
) -> None:
    expected = draw_tokens(logits, parameters, vocab_size)
    drawn = CpuDraw(library)(logits, parameters, vocab_size)
    assert drawn.dtype == expected.dtype
    assert drawn.tolist() == expected.tolist()


@pytest.mark.parametrize("spread", [0.01, 1.0, 5.0, 50.0])
@pytest.mark.parametrize("vocab_size", [1, 7, 61, 3072])
def test_tokens_equal_the_reference(library: CpuLibrary, vocab_size: int, spread: float) -> None:
    generator = torch.Generator().manual_seed(vocab_size)
    logits = torch.randn(ROWS, vocab_size + 8, generator=generator) * spread
    assert_same(library, logits, random_parameters(1), vocab_size)


def test_a_large_vocabulary_equals_the_reference(library: CpuLibrary) -> None:
    logits = torch.randn(40, 151_552, generator=torch.Generator().manual_seed(2)) * 3
    assert_same(library, logits, random_parameters(2, rows=40), 151_552)


def test_flat_logits_reach_the_far_tail(library: CpuLibrary) -> None:
    """Nearly every draw lies beyond the tokens that are sorted first."""
    logits = torch.zeros(ROWS, 2000)
    logits[:, 77] = 20.0
    parameters = random_parameters(3, temperatures=(2.0, 4.0))
    assert_same(library, logits, parameters, 2000)
    drawn = CpuDraw(library)(logits, parameters, 2000)
    assert len(set(drawn.tolist())) > 10


def test_the_likeliest_of_equals_is_the_lowest(library: CpuLibrary) -> None:
    logits = torch.randint(0, 3, (ROWS, 40), generator=torch.Generator().manual_seed(4)).float()
    assert_same(library, logits, random_parameters(4, temperatures=(0.0, 1e-6)), 40)


def test_excluded_tokens_are_never_drawn(library: CpuLibrary) -> None:
    logits = torch.full((ROWS, 100), torch.finfo(torch.float32).min)
    logits[:, 31] = -3.0
    logits[:, 60] = -3.5
    parameters = random_parameters(5)
    assert_same(library, logits, parameters, 100)
    assert set(CpuDraw(library)(logits, parameters, 100).tolist()) <= {31, 60}


@pytest.mark.parametrize("fault", [float("nan"), float("inf"), -float("inf")])
def test_a_row_that_is_not_finite_gives_minus_one_alone(library: CpuLibrary, fault: float) -> None:
    logits = torch.randn(ROWS, 50, generator=torch.Generator().manual_seed(6))
    logits[3, 49], logits[7, 0], logits[9, 50 - 8] = fault, fault, fault
    parameters = random_parameters(6, temperatures=(0.0, 1.0))
    assert_same(library, logits, parameters, 50)
    drawn = CpuDraw(library)(logits, parameters, 50).tolist()
    assert [row for row, token in enumerate(drawn) if token < 0] == [3, 7, 9]


def test_a_token_depends_on_nothing_but_its_row(library: CpuLibrary) -> None:
    logits = torch.randn(ROWS, 64, generator=torch.Generator().manual_seed(7))
    parameters = random_parameters(7)
    together = CpuDraw(library)(logits, parameters, 64).tolist()
    for row in range(0, ROWS, 17):
        single = DrawParameters(
            *(getattr(parameters, name)[row : row + 1] for name in DrawParameters.__slots__)
        )
        assert CpuDraw(library)(logits[row : row + 1], single, 64).tolist() == [together[row]]
