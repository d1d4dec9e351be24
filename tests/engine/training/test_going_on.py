"""Recipes by name: which begin with nothing, which go on from a model, and which fits a run."""

from pathlib import Path

import pytest

from engine.training.__main__ import EDITION_FILE, _parser, _require_edition
from engine.training.recipe import RECIPES, TrainingRecipe


def test_a_run_without_a_choice_is_a_whole_one() -> None:
    options = _parser().parse_args([])
    assert RECIPES[options.edition] == TrainingRecipe()


def test_what_begins_with_nothing_drills_and_what_goes_on_is_gentler_and_does_not() -> None:
    whole, *going_on = RECIPES.values()
    assert whole.drill_documents > 0
    for recipe in going_on:
        assert recipe.drill_documents == recipe.early_documents == 0
        assert recipe.matrix_rate < whole.matrix_rate


@pytest.mark.parametrize("edition", RECIPES)
def test_a_run_goes_on_with_its_own_recipe_only(tmp_path: Path, edition: str) -> None:
    (tmp_path / EDITION_FILE).write_text(edition, encoding="utf-8")
    _require_edition(tmp_path, edition)
    for other in RECIPES.keys() - {edition}:
        with pytest.raises(SystemExit, match=f"add --edition {edition}"):
            _require_edition(tmp_path, other)


def test_where_no_run_was_begun_none_goes_on(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="There is no run"):
        _require_edition(tmp_path, "second")
