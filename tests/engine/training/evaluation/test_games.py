"""The games of the corpus are playable, and the check sees when one is not."""

import pytest

from engine.training.corpus import flappy_bird, snake
from engine.training.evaluation.browser import Theater
from engine.training.evaluation.games import check_flappy_bird, check_snake

pytestmark = pytest.mark.browser

FLAPPY_BIRD = flappy_bird.render_page(flappy_bird.FlappyBird("Sky Hopper", "teal", speed="slow"))
SNAKE = snake.render_page(snake.Snake("Sky Hopper", "teal", size="24"))


@pytest.mark.parametrize(
    "slots",
    [
        flappy_bird.FlappyBird(),
        flappy_bird.FlappyBird("Sky Hopper", "lime", "navy", "coral", "fast"),
        flappy_bird.FlappyBird("Champion", "brown", "gold", "pink", "slow"),
    ],
)
def test_a_flappy_bird_flies_falls_ends_and_restarts(
    theater: Theater, slots: flappy_bird.FlappyBird
) -> None:
    page = flappy_bird.render_page(slots)
    assert check_flappy_bird(theater, page, name=slots.title, color=slots.bird) == []


@pytest.mark.parametrize(
    "slots", [snake.Snake(), snake.Snake("Sky Hopper", "gold", "pink", "navy", "10", "slow")]
)
def test_a_snake_is_steered_by_keys_and_clicks_ends_and_restarts(
    theater: Theater, slots: snake.Snake
) -> None:
    page = snake.render_page(slots)
    assert check_snake(theater, page, name=slots.title, color=slots.snake) == []


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
