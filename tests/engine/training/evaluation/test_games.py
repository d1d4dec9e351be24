"""The games of the corpus are playable, and the check sees when one is not."""

import pytest

from engine.training.corpus.catalog import FAMILIES
from engine.training.corpus.family import get_default_values, render
from engine.training.corpus.languages import Language
from engine.training.evaluation.browser import Theater
from engine.training.evaluation.games import check_flappy_bird, check_snake

pytestmark = pytest.mark.browser


def _fill(family: str, **values: str) -> dict[str, str]:
    """What an English game is made of: the values that were asked for, and the family's own."""
    return get_default_values(FAMILIES[family], Language.ENGLISH) | values


def _render(family: str, values: dict[str, str]) -> str:
    return render(FAMILIES[family], Language.ENGLISH, values)


FLAPPY_BIRD = _render(
    "flappy_bird", _fill("flappy_bird", TITLE="Sky Hopper", BIRD="teal", SPEED="slow")
)
SNAKE = _render("snake", _fill("snake", TITLE="Sky Hopper", SNAKE="teal", SIZE="24"))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"TITLE": "Sky Hopper", "BIRD": "lime", "SKY": "navy", "PIPES": "coral", "SPEED": "fast"},
        {"TITLE": "Champion", "BIRD": "brown", "SKY": "gold", "PIPES": "pink", "SPEED": "slow"},
    ],
    ids=["default", "fast", "slow"],
)
def test_a_flappy_bird_flies_falls_ends_and_restarts(
    theater: Theater, values: dict[str, str]
) -> None:
    filled = _fill("flappy_bird", **values)
    page = _render("flappy_bird", filled)
    assert check_flappy_bird(theater, page, name=filled["TITLE"], color=filled["BIRD"]) == []


@pytest.mark.parametrize(
    "values",
    [
        {},
        {
            **{"TITLE": "Sky Hopper", "SNAKE": "gold", "FOOD": "pink", "BOARD": "navy"},
            **{"SIZE": "10", "SPEED": "slow"},
        },
    ],
    ids=["default", "small"],
)
def test_a_snake_is_steered_by_keys_and_clicks_ends_and_restarts(
    theater: Theater, values: dict[str, str]
) -> None:
    filled = _fill("snake", **values)
    page = _render("snake", filled)
    assert check_snake(theater, page, name=filled["TITLE"], color=filled["SNAKE"]) == []


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("onpointerdown=flap;", "", "a click does not lift the bird"),
        ("e.key==' '", "e.key=='x'", "Space does not lift the bird"),
        ("'teal'", "'red'", "teal is not to be seen"),
        ("document.title", "'Fly'", "the name is not painted"),
        ("<canvas", "<p", "there is no canvas"),
        ("</script>", "score.x.y</script>", "Cannot read properties of undefined"),
        ("</html>", "<img src='//example.invalid/x.png'></html>", "request to http://example"),
    ],
)
def test_a_broken_flappy_bird_is_found(
    theater: Theater, right: str, wrong: str, problem: str
) -> None:
    assert right in FLAPPY_BIRD
    page = FLAPPY_BIRD.replace(right, wrong)
    problems = check_flappy_bird(theater, page, name="Sky Hopper", color="teal")
    assert any(problem in found for found in problems), problems


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("ArrowDown:down", "ArrowDown:right", "the arrow keys do not steer"),
        ("e.clientY<innerHeight/2?up:down", "up", "clicks do not steer"),
    ],
)
def test_a_broken_snake_is_found(theater: Theater, right: str, wrong: str, problem: str) -> None:
    assert right in SNAKE
    page = SNAKE.replace(right, wrong)
    assert problem in check_snake(theater, page, name="Sky Hopper", color="teal")
