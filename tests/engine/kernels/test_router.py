"""The router: fp32 from end to end, a bias that only chooses, scaling once."""

import torch

from engine.kernels import route_tokens


def random_router(seed: int = 1) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Hidden rows bf16 [4096, 64], gate fp32 [32, 64], bias fp32 [32] with close values."""
    generator = torch.Generator().manual_seed(seed)
    hidden = torch.randn(4096, 64, generator=generator).bfloat16()
    gate = (0.05 * torch.randn(32, 64, generator=generator)).bfloat16().float()
    bias = 7.0 + 0.01 * torch.randn(32, generator=generator)
    return hidden, gate, bias


def route(
    hidden: torch.Tensor, gate: torch.Tensor, bias: torch.Tensor, scaling: float = 1.0
) -> tuple[torch.Tensor, torch.Tensor]:
    return route_tokens(hidden, gate, bias, top_k=8, normalize=True, scaling_factor=scaling)


def chosen(expert_ids: torch.Tensor) -> torch.Tensor:
    return expert_ids.sort(dim=-1).values


def test_4096_rows_choose_what_double_precision_chooses() -> None:
    hidden, gate, bias = random_router()
    _, expert_ids = route(hidden, gate, bias)
    scores = (hidden.double() @ gate.double().T).sigmoid() + bias.double()
    expected = scores.topk(8, dim=-1).indices
    differing = (chosen(expert_ids) != chosen(expected)).any(dim=-1).sum()
    assert differing <= 4


def test_a_bias_rounded_to_bf16_would_choose_other_experts() -> None:
    hidden, gate, bias = random_router()
    _, exact = route(hidden, gate, bias)
    _, rounded = route(hidden, gate, bias.bfloat16().float())
    differing = (chosen(exact) != chosen(rounded)).any(dim=-1).sum()
    assert differing > 1000


def test_the_bias_chooses_and_leaves_the_weights_alone() -> None:
    hidden = torch.zeros(1, 4)
    gate = torch.zeros(4, 4)
    bias = torch.tensor([0.0, 5.0, 0.0, 4.0])
    weights, expert_ids = route_tokens(
        hidden, gate, bias, top_k=2, normalize=False, scaling_factor=1.0
    )
    assert set(expert_ids[0].tolist()) == {1, 3}
    assert weights.tolist() == [[0.5, 0.5]]


def test_scaling_is_applied_once_and_after_normalizing() -> None:
    hidden, gate, bias = random_router()
    plain, _ = route(hidden, gate, bias)
    scaled, _ = route(hidden, gate, bias, scaling=2.5)
    torch.testing.assert_close(plain.sum(dim=-1), torch.ones(4096))
    torch.testing.assert_close(scaled, plain * 2.5)


def test_without_normalizing_the_weights_are_the_sigmoids() -> None:
    hidden, gate, bias = random_router()
    weights, expert_ids = route_tokens(
        hidden, gate, bias, top_k=8, normalize=False, scaling_factor=1.0
    )
    sigmoids = torch.nn.functional.linear(hidden.float(), gate).sigmoid()
    assert torch.equal(weights, sigmoids.gather(-1, expert_ids))


def test_weights_and_scores_are_fp32_for_bf16_rows() -> None:
    hidden, gate, bias = random_router()
    weights, expert_ids = route(hidden, gate, bias)
    assert weights.dtype == torch.float32
    assert expert_ids.dtype == torch.int64


def test_equal_scores_give_distinct_experts_and_finite_weights() -> None:
    weights, expert_ids = route(torch.zeros(3, 64), torch.zeros(32, 64), torch.zeros(32))
    assert all(len(set(row)) == 8 for row in expert_ids.tolist())
    torch.testing.assert_close(weights, torch.full((3, 8), 0.125))


def test_sigmoids_that_vanish_do_not_divide_zero_by_zero() -> None:
    hidden, gate = torch.full((1, 64), 100.0), torch.full((32, 64), -1.0)
    weights, _ = route(hidden, gate, torch.ones(32))
    assert torch.isfinite(weights).all()
