"""Themes: all that ship can be read, and what is meant is found."""

import itertools
import json
from typing import Any

import pytest

from webapp.artifacts.decks.contrast import READABLE, contrast_ratio
from webapp.artifacts.decks.theme import Theme
from webapp.artifacts.decks.themes import (
    DEFAULT_THEME,
    NAMED_THEMES,
    ThemeRefused,
    contrast_problem,
    parse_theme,
)

PAIRS = list(itertools.product(("text", "muted", "accent", "accent2"), ("background", "surface")))


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast_ratio("#000000", "#ffffff") == pytest.approx(21)
    assert contrast_ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast_ratio("#336699", "#336699") == 1


@pytest.mark.parametrize("theme", NAMED_THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize(("front", "ground"), PAIRS)
def test_every_named_theme_can_be_read(theme: Theme, front: str, ground: str) -> None:
    colors = theme.colors.model_dump()
    assert contrast_ratio(colors[front], colors[ground]) >= READABLE


def test_there_are_many_and_each_looks_another_way() -> None:
    assert len(NAMED_THEMES) >= 6
    assert len({theme.name for theme in NAMED_THEMES}) == len(NAMED_THEMES)
    assert len({theme.colors for theme in NAMED_THEMES}) == len(NAMED_THEMES)
    grounds = [contrast_ratio(theme.colors.background, "#000000") for theme in NAMED_THEMES]
    assert {ground > 10 for ground in grounds} == {True, False}


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Ocean", "Ocean"),
        (" midnight ", "Midnight"),
        ("green", "Forest"),
        ("dark green", "Forest"),
        ("dark", "Midnight"),
        ("a warm orange look", "Sunrise"),
        ("minimal white", "Chalk"),
        ("the Ember theme", "Ember"),
    ],
)
def test_a_theme_by_its_name_or_by_a_word(said: str, name: str) -> None:
    assert parse_theme(said).name == name


def test_tokens_that_are_left_out_stay_as_they_are() -> None:
    ocean = parse_theme("Ocean")
    theme = parse_theme({"colors": {"accent": "#aa0000"}, "radius": 0}, base=ocean)
    assert theme.colors.accent == "#aa0000"
    assert theme.colors.background == ocean.colors.background
    assert (theme.name, theme.radius) == ("Custom", 0)
    assert parse_theme(json.dumps({"base": "Rose"})).colors == parse_theme("Rose").colors


@pytest.mark.parametrize(
    "said",
    [
        "",
        "unheard-of",
        "{",
        {"colors": {"text": "red"}},
        {"colors": {"text": "#fff"}},
        {"colors": {"glow": "#ffffff"}},
        {"colors": []},
        {"fonts": {"heading": "a;} * {color:red"}},
        {"radius": -1},
        {"radius": "wide"},
        {"colors": {"text": "#888888"}},
        3,
        None,
    ],
)
def test_a_theme_that_is_none_or_cannot_be_read_is_refused(said: Any) -> None:
    with pytest.raises(ThemeRefused) as refused:
        parse_theme(said)
    assert str(refused.value).endswith(".")


def test_a_refusal_says_which_colors_are_too_alike() -> None:
    colors = DEFAULT_THEME.colors.model_copy(update={"muted": "#cccccc"})
    problem = contrast_problem(DEFAULT_THEME.model_copy(update={"colors": colors}))
    assert problem is not None
    assert problem.startswith("muted #cccccc on background")
