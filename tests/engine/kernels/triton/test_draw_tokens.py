"""Drawing, masking and accepting drafts: token for token what the plain twins do."""

import importlib

import numpy as np
import pytest
import torch

from engine.kernels.reference.accept_drafts import accept_drafts as plain_accept
from engine.kernels.reference.draw_tokens import DrawParameters
from engine.kernels.reference.draw_tokens import draw_tokens as plain_draw
from engine.kernels.reference.mask_tokens import mask_tokens as plain_mask
from engine.kernels.triton.accept_drafts import accept_drafts
from engine.kernels.triton.draw_tokens import draw_tokens, mask_tokens
from tests.engine.kernels.triton.conftest import DEVICE
from tests.engine.kernels.triton.tensors import random

VOCAB, PADDED = 300, 320


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several blocks for each row, so that the passes have to go on and to stop."""
    module = importlib.import_module("engine.kernels.triton.draw_tokens")
    monkeypatch.setattr(module, "_BLOCK", 64)


def parameters(
    rows: int, temperature: float = 1.0, top_p: float = 1.0, top_k: float = 0, min_p: float = 0.0
) -> DrawParameters:
    return DrawParameters(
        temperature=np.full(rows, temperature),
        top_p=np.full(rows, top_p),
        top_k=np.full(rows, top_k, dtype=np.int32),
        min_p=np.full(rows, min_p),
        seed=np.arange(rows, dtype=np.int64) * 10**15 - 5 * 10**15,
        position=np.arange(rows, dtype=np.int64)[::-1].copy() * 77,
    )


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"temperature": 0.0},
        {"temperature": 0.6, "top_p": 0.95},
        {"temperature": 3.0, "top_p": 0.5},
        {"top_k": 1},
        {"top_k": 100},
        {"temperature": 30.0, "top_k": 7, "top_p": 0.4},
        {"min_p": 0.05},
        {"temperature": 2.0, "min_p": 1.0},
        {"temperature": 2.0, "top_p": 0.9, "top_k": 200, "min_p": 0.1},
    ],
)
def test_the_same_token_as_the_twin_for_each_row(options: dict[str, float]) -> None:
    logits = 2 * random(12, PADDED)
    drawn = draw_tokens(logits, parameters(12, **options), VOCAB)
    assert drawn.tolist() == plain_draw(logits, parameters(12, **options), VOCAB).tolist()
    spread = len(set(drawn.tolist()))
    assert spread > 6 or options.get("min_p") == 1.0


def test_flat_rows_reach_the_far_end_and_ties_go_to_the_smaller_id() -> None:
    logits = torch.zeros(10, PADDED, device=DEVICE)
    logits[:, VOCAB:] = 50.0
    drawn = draw_tokens(logits, parameters(10), VOCAB)
    assert drawn.tolist() == plain_draw(logits, parameters(10), VOCAB).tolist()
    assert int(drawn.max()) > 200
    greedy = draw_tokens(logits, parameters(10, temperature=0.0), VOCAB)
    assert greedy.tolist() == [0] * 10


@pytest.mark.parametrize("broken", [float("nan"), float("inf"), float("-inf")])
def test_a_row_that_is_not_finite_gives_minus_one_and_disturbs_nobody(broken: float) -> None:
    logits = random(3, PADDED)
    expected = draw_tokens(logits, parameters(3), VOCAB).tolist()
    logits[1, 17] = broken
    logits[2, VOCAB + 3] = broken
    drawn = draw_tokens(logits, parameters(3), VOCAB).tolist()
    assert drawn == [expected[0], -1, expected[2]]


def test_forbidden_tokens_are_never_drawn_and_what_is_not_a_number_stays() -> None:
    logits, plain = random(2, VOCAB), random(2, VOCAB)
    logits[1, 3] = plain[1, 3] = float("nan")
    generator = torch.Generator().manual_seed(1)
    allowed = (
        torch.randint(-(2**31), 2**31, (2, 10), generator=generator).to(torch.int32).to(DEVICE)
    )
    mask_tokens(logits, allowed)
    plain_mask(plain, allowed)
    torch.testing.assert_close(logits, plain, atol=0, rtol=0, equal_nan=True)
    token = int(draw_tokens(logits, parameters(2), VOCAB)[0])
    assert (int(allowed[0, token // 32]) >> (token % 32)) & 1


@pytest.mark.parametrize("num_drafts", [0, 1, 3])
def test_drafts_hold_until_the_first_row_that_drew_something_else(num_drafts: int) -> None:
    generator = torch.Generator().manual_seed(num_drafts)
    sampled = torch.randint(0, 2, (64, num_drafts + 1), generator=generator).to(DEVICE)
    drafts = torch.randint(-1, 2, (64, num_drafts), generator=generator).to(DEVICE)
    counts = accept_drafts(sampled, drafts)
    assert counts.tolist() == plain_accept(sampled, drafts).tolist()
    assert set(counts.tolist()) == set(range(num_drafts + 1))
