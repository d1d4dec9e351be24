"""The badges of the corpus hold their words, and the check sees when one does not."""

import pytest

from engine.training.corpus.catalog import FAMILIES
from engine.training.corpus.family import get_default_values, render
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import ChoiceSlot
from engine.training.evaluation.badges import check_badge
from engine.training.evaluation.browser import Theater

pytestmark = pytest.mark.browser

FAMILY = FAMILIES["badge"]
SHAPES = tuple(next(slot.sources for slot in FAMILY.slots if isinstance(slot, ChoiceSlot)))


def _render(text: str, color: str, shape: str = "circle") -> str:
    values = {"TITLE": text, "COLOR": color, "SHAPE": shape}
    defaults = get_default_values(FAMILY, Language.ENGLISH)
    return render(FAMILY, Language.ENGLISH, defaults | values)


BADGE = _render("Honey Bees", "gold")


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        *(("Birthday Champion", shape) for shape in SHAPES),
        ("Champion", "hexagon"),
        ("Mountain Elephant Treasure", "shield"),
    ],
)
def test_the_longest_words_fit_every_shape(theater: Theater, shape: str, text: str) -> None:
    source = _render(text, "violet", shape)
    assert check_badge(theater, source, name=text, color="violet") == []


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ('fill="gold"', 'fill="silver"', "gold is not to be seen"),
        ("Bees</text>", "Bee</text>", "it says"),
        ("</svg>", "", "the SVG cannot be read"),
        ('font-size="18"', 'font-size="90"', "a text does not fit"),
        ('z" fill="gold"', 'zh" fill="gold"', "Error: <path> attribute d"),
        ("<path ", "<nothing ", "the badge is almost empty"),
    ],
)
def test_a_broken_badge_is_found(theater: Theater, right: str, wrong: str, problem: str) -> None:
    assert right in BADGE
    problems = check_badge(theater, BADGE.replace(right, wrong), name="Honey Bees", color="gold")
    assert any(problem in found for found in problems), problems
