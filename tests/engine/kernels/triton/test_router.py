"""The choice of experts against the plain twin, and the ties and broken rows it must survive."""

from typing import Any

import pytest
import torch

from engine.kernels.reference.router import route_tokens as plain_route
from engine.kernels.triton.router import route_tokens
from tests.engine.kernels.triton.conftest import DEVICE
from tests.engine.kernels.triton.tensors import random

OPTIONS: dict[str, Any] = {"top_k": 3, "normalize": True, "scaling_factor": 2.5}


def by_expert(weights: torch.Tensor, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    order = ids.argsort(dim=-1)
    return weights.gather(-1, order), ids.gather(-1, order)


@pytest.mark.parametrize("num_tokens", [1, 6, 70])
@pytest.mark.parametrize("normalize", [True, False])
def test_the_choice_and_the_weights_equal_the_twin(num_tokens: int, normalize: bool) -> None:
    hidden = random(num_tokens, 300, dtype=torch.bfloat16)
    gate, bias = 0.05 * random(11, 300, seed=2), 7 + 0.01 * random(11, seed=3)
    options = {**OPTIONS, "normalize": normalize}
    weights, ids = by_expert(*route_tokens(hidden, gate, bias, **options))
    expected, expected_ids = by_expert(*plain_route(hidden, gate, bias, **options))
    assert ids.dtype == torch.int64
    assert weights.dtype == torch.float32
    assert torch.equal(ids, expected_ids)
    torch.testing.assert_close(weights, expected, atol=1e-6, rtol=1e-5)


def test_air_sized_routing_chooses_as_double_precision_does() -> None:
    hidden = random(2, 4096, dtype=torch.bfloat16)
    gate, bias = 0.02 * random(128, 4096, seed=2), 7 + 0.01 * random(128, seed=3)
    _, ids = route_tokens(hidden, gate, bias, top_k=8, normalize=True, scaling_factor=1.0)
    exact = (hidden.double() @ gate.double().T).sigmoid() + bias.double()
    assert torch.equal(ids.sort().values, exact.topk(8).indices.sort().values)


def test_of_equal_scores_the_lower_expert_wins() -> None:
    hidden, gate = torch.zeros(2, 16, device=DEVICE), torch.zeros(9, 16, device=DEVICE)
    weights, ids = route_tokens(hidden, gate, torch.zeros(9, device=DEVICE), **OPTIONS)
    assert ids.tolist() == [[0, 1, 2]] * 2
    torch.testing.assert_close(weights, torch.full((2, 3), 2.5 / 3, device=DEVICE))


def test_a_row_that_is_not_a_number_names_valid_experts_and_leaves_others_alone() -> None:
    hidden, gate, bias = random(3, 64), random(9, 64, seed=2), random(9, seed=3)
    expected = route_tokens(hidden, gate, bias, **OPTIONS)
    hidden[1] = float("nan")
    weights, ids = route_tokens(hidden, gate, bias, **OPTIONS)
    assert len(set(ids[1].tolist())) == 3
    assert 0 <= int(ids.min()) <= int(ids.max()) < 9
    assert torch.isnan(weights[1]).all()
    for row in (0, 2):
        assert torch.equal(weights[row], expected[0][row])
        assert torch.equal(ids[row], expected[1][row])


def test_sigmoids_that_vanish_do_not_divide_zero_by_zero() -> None:
    hidden, gate = (
        torch.full((1, 64), 100.0, device=DEVICE),
        torch.full((9, 64), -1.0, device=DEVICE),
    )
    weights, _ = route_tokens(hidden, gate, torch.ones(9, device=DEVICE), **OPTIONS)
    assert torch.isfinite(weights).all()
