"""What the optimizers do to a matrix and to a schedule."""

import dataclasses

import torch

from engine.training.optimizers import AdamW, Muon, orthogonalize
from engine.training.recipe import NetworkShape, TrainingRecipe, recipe_digest
from tests.engine.training.tiny_run import TINY_RECIPE, TINY_SHAPE


def test_orthogonalizing_brings_all_singular_values_near_one() -> None:
    generator = torch.Generator().manual_seed(1)
    for rows, columns in ((24, 24), (16, 40), (40, 16)):
        factors = orthogonalize(torch.randn(3, rows, columns, generator=generator))
        values = torch.linalg.svdvals(factors)
        assert factors.shape == (3, rows, columns)
        assert values.min() > 0.3
        assert values.max() < 1.5


def test_muon_moves_stacked_matrices_as_it_moves_each_alone() -> None:
    generator = torch.Generator().manual_seed(2)
    start = torch.randn(2, 2, 8, 8, generator=generator)
    gradient = torch.randn(2, 2, 8, 8, generator=generator)
    stacked = start.clone().requires_grad_()
    apart = [matrix.clone().requires_grad_() for matrix in start.flatten(0, 1)]
    stacked.grad = gradient.clone()
    for parameter, part in zip(apart, gradient.flatten(0, 1), strict=True):
        parameter.grad = part.clone()
    Muon([("stacked", stacked)], 0.9, 0.1).step(0.05)
    Muon([(str(i), parameter) for i, parameter in enumerate(apart)], 0.9, 0.1).step(0.05)
    torch.testing.assert_close(stacked.flatten(0, 1), torch.stack(apart), atol=1e-3, rtol=0)
    assert not torch.equal(stacked, start)


def test_adamw_equals_the_one_of_torch() -> None:
    generator = torch.Generator().manual_seed(3)
    ours = torch.randn(9, generator=generator, requires_grad=True)
    theirs = ours.detach().clone().requires_grad_()
    optimizer = AdamW([("vector", ours)])
    reference = torch.optim.Adam([theirs], lr=0.01, betas=AdamW.BETAS, eps=AdamW.EPS)
    for number in range(1, 6):
        gradient = torch.randn(9, generator=generator)
        ours.grad, theirs.grad = gradient.clone(), gradient.clone()
        optimizer.step({"vector": 0.01}, number)
        reference.step()
    torch.testing.assert_close(ours, theirs)


def test_the_rates_rise_stay_and_fall_with_the_tokens() -> None:
    recipe = TrainingRecipe(total_tokens=1000, warmup_tokens=100, cooldown_fraction=0.5)
    scales = [recipe.rate_scale(tokens) for tokens in (0, 50, 100, 500, 750, 1000)]
    assert scales == [0.05, 0.5, 1.0, 1.0, 0.5, recipe.final_rate_fraction]


def test_a_run_before_its_cooldown_does_not_depend_on_its_length() -> None:
    longer = dataclasses.replace(TINY_RECIPE, total_tokens=2 * TINY_RECIPE.total_tokens)
    for tokens in range(0, TINY_RECIPE.cooldown_start, 100):
        assert longer.rate_scale(tokens) == TINY_RECIPE.rate_scale(tokens)
    assert recipe_digest(TINY_SHAPE, longer) == recipe_digest(TINY_SHAPE, TINY_RECIPE)
    assert recipe_digest(NetworkShape(), TINY_RECIPE) != recipe_digest(TINY_SHAPE, TINY_RECIPE)
