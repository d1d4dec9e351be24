"""Experts against the plain twin, in all three ways and formats, with padding and crowds."""

import pytest
import torch

from engine.kernels.reference.moe_experts import mixture_of_experts as plain_mixture
from engine.kernels.triton import moe_decode, moe_grouped
from engine.kernels.triton.expert_order import order_by_expert
from engine.kernels.triton.moe import mixture_of_experts
from engine.kernels.triton.tuned import TileSizes
from engine.kernels.weight import LinearWeight
from tests.engine.kernels.triton.conftest import DEVICE
from tests.engine.kernels.triton.tensors import random, weight_like

HIDDEN, WIDTH, SHARED_WIDTH, EXPERTS, TOP_K = 80, 40, 72, 5, 2
SMALL_TILES = TileSizes(block_rows=32, block_columns=64, num_warps=4, num_stages=2)
LARGE_TILES = TileSizes(block_rows=512, block_columns=512, num_warps=4, num_stages=2)


@pytest.fixture(autouse=True)
def few_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """The interpreter's time is the number of tiles; several in each direction prove the loops."""

    def sizes(operation: str, rows: int, columns: int, *rest: object) -> TileSizes:
        return SMALL_TILES if rows * columns < 100_000 else LARGE_TILES

    monkeypatch.setattr(moe_decode, "tile_sizes", sizes)
    monkeypatch.setattr(moe_grouped, "tile_sizes", sizes)


def experts(kind: str) -> tuple[LinearWeight, LinearWeight, LinearWeight, LinearWeight]:
    return (
        weight_like(kind, EXPERTS, 2 * WIDTH, HIDDEN),
        weight_like(kind, EXPERTS, HIDDEN, WIDTH, seed=4),
        weight_like(kind, 2 * SHARED_WIDTH, HIDDEN, seed=6),
        weight_like(kind, HIDDEN, SHARED_WIDTH, seed=8),
    )


def routing(num_tokens: int, seed: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    ids = torch.stack(
        [torch.randperm(EXPERTS, generator=generator)[:TOP_K] for _ in range(num_tokens)]
    )
    return random(num_tokens, TOP_K, seed=seed).abs(), ids.to(DEVICE)


@pytest.mark.parametrize("kind", ["fp8", "bf16"])
@pytest.mark.parametrize("num_tokens", [1, 3, 9, 40])
def test_few_tokens_in_fp32_equal_the_twin(kind: str, num_tokens: int) -> None:
    hidden, residual = random(num_tokens, HIDDEN), random(num_tokens, HIDDEN, seed=9)
    weights, ids = routing(num_tokens)
    torch.testing.assert_close(
        mixture_of_experts(hidden, weights, ids, *experts(kind), residual=residual),
        plain_mixture(hidden, weights, ids, *experts(kind)) + residual,
        atol=2e-5,
        rtol=2e-5,
    )


@pytest.mark.parametrize("num_tokens", [2, 12])
def test_bf16_rows_with_fp8_experts_stay_close_to_exact_arithmetic(num_tokens: int) -> None:
    hidden = random(num_tokens, HIDDEN, dtype=torch.bfloat16)
    weights, ids = routing(num_tokens)
    exact = plain_mixture(hidden.float(), weights, ids, *experts("fp8"))
    result = mixture_of_experts(hidden, weights, ids, *experts("fp8"))
    assert result.dtype == torch.bfloat16
    torch.testing.assert_close(result.float(), exact, atol=2e-3, rtol=2**-7)


@pytest.mark.parametrize("num_tokens", [1, 20])
def test_the_expert_width_of_air_which_no_tile_divides(num_tokens: int) -> None:
    hidden_size, width = 1024, 1408
    weights_of = (
        weight_like("fp8", 2, 2 * width, hidden_size),
        weight_like("fp8", 2, hidden_size, width, seed=4),
        weight_like("fp8", 2 * width, hidden_size, seed=6),
        weight_like("fp8", hidden_size, width, seed=8),
    )
    hidden = random(num_tokens, hidden_size)
    weights, ids = random(num_tokens, 1).abs(), torch.arange(num_tokens, device=DEVICE)[:, None] % 2
    torch.testing.assert_close(
        mixture_of_experts(hidden, weights, ids, *weights_of),
        plain_mixture(hidden, weights, ids, *weights_of),
        atol=2e-3,
        rtol=1e-4,
    )


@pytest.mark.parametrize("num_tokens", [4, 12, 70])
def test_padding_adds_nothing_and_disturbs_nobody(num_tokens: int) -> None:
    hidden, (weights, ids) = random(num_tokens, HIDDEN), routing(num_tokens)
    ids[1] = -1
    ids[2, 1] = -1
    result = mixture_of_experts(hidden, weights, ids, *experts("fp32"))
    kept = torch.where(ids < 0, 0.0, weights)
    expected = plain_mixture(hidden, kept, ids.clamp(min=0), *experts("fp32"))
    torch.testing.assert_close(result, expected, atol=2e-5, rtol=2e-5)


def test_all_tokens_may_crowd_one_expert() -> None:
    hidden = random(64, HIDDEN)
    weights, ids = random(64, 1).abs(), torch.full((64, 1), 4, device=DEVICE)
    torch.testing.assert_close(
        mixture_of_experts(hidden, weights, ids, *experts("fp32")),
        plain_mixture(hidden, weights, ids, *experts("fp32")),
        atol=2e-5,
        rtol=2e-5,
    )


@pytest.mark.parametrize("num_tokens", [5, 12])
def test_a_token_gets_the_same_sum_whatever_its_batch_mates_are(num_tokens: int) -> None:
    hidden, (weights, ids) = random(num_tokens, HIDDEN), routing(num_tokens)
    together = mixture_of_experts(hidden, weights, ids, *experts("fp8"))
    others = torch.cat([hidden[:1], random(num_tokens - 1, HIDDEN, seed=12)])
    other_ids = torch.cat([ids[:1], routing(num_tokens - 1, seed=13)[1]])
    again = mixture_of_experts(others, weights, other_ids, *experts("fp8"))
    assert torch.equal(together[0], again[0])


def test_prefill_with_plain_weights_equals_the_twin() -> None:
    hidden, (weights, ids) = random(70, HIDDEN), routing(70)
    torch.testing.assert_close(
        mixture_of_experts(hidden, weights, ids, *experts("fp32")),
        plain_mixture(hidden, weights, ids, *experts("fp32")),
        atol=2e-5,
        rtol=2e-5,
    )


def test_prefill_with_fp8_weights_is_close_with_activations_in_e4m3() -> None:
    hidden, (weights, ids) = random(70, HIDDEN), routing(70)
    exact = plain_mixture(hidden, weights, ids, *experts("fp8"))
    result = mixture_of_experts(hidden, weights, ids, *experts("fp8"))
    relative = (result - exact).norm() / exact.norm()
    assert 1e-3 < relative < 0.05


@pytest.mark.parametrize("num_tokens", [1, 20, 400])
def test_assignments_are_grouped_by_expert_and_then_by_token(num_tokens: int) -> None:
    _, ids = routing(num_tokens)
    ids[num_tokens // 2, 1] = -1
    grouping = order_by_expert(ids, EXPERTS)
    shared = torch.full_like(ids[:, :1], EXPERTS)
    experts_of = torch.cat([torch.where(ids < 0, EXPERTS + 1, ids), shared], dim=1).flatten()
    assert grouping.order.tolist() == experts_of.sort(stable=True).indices.tolist()
    counts = [int((experts_of < expert).sum()) for expert in range(EXPERTS + 2)]
    assert grouping.starts.tolist() == counts
