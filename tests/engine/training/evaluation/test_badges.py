"""The badges of the corpus hold their words, and the check sees when one does not."""

import pytest

from engine.training.corpus import badge
from engine.training.evaluation.badges import check_badge
from engine.training.evaluation.browser import Theater

pytestmark = pytest.mark.browser

BADGE = badge.render_svg(badge.Badge("Honey Bees", "gold"))


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        *(("Birthday Champion", shape) for shape in badge.SHAPES),
        ("Champion", "hexagon"),
        ("Mountain Elephant Treasure", "shield"),
    ],
)
def test_the_longest_words_fit_every_shape(theater: Theater, shape: str, text: str) -> None:
    source = badge.render_svg(badge.Badge(text, "violet", shape))
    assert check_badge(theater, source, name=text, color="violet") == []


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ('fill="gold"', 'fill="silver"', "gold is not to be seen"),
        (">Bees<", ">Bee<", "it says"),
        ("</svg>", "", "the SVG cannot be read"),
        ('font-size="24"', 'font-size="90"', "a text does not fit"),
        ('"/></defs>', 'h"/></defs>', "Error: <path> attribute d"),
        ("<use ", "<nothing ", "the badge is almost empty"),
    ],
)
def test_a_broken_badge_is_found(theater: Theater, right: str, wrong: str, problem: str) -> None:
    assert right in BADGE
    problems = check_badge(theater, BADGE.replace(right, wrong), name="Honey Bees", color="gold")
    assert any(problem in found for found in problems), problems
