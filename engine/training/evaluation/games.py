"""Plays a made game as a person would and says what is wrong with it."""

from collections.abc import Callable

from engine.training.evaluation.browser import Stage, Theater
from engine.training.evaluation.pixels import (
    find_bird_height,
    list_painted_texts,
    measure_color,
    take_frame,
)

VISIBLE_SHARE = 0.0005
_LONGEST_GAME_MS = 8000
_Play = Callable[[Stage], None]


def check_flappy_bird(
    theater: Theater, page: str, *, name: str, color: str, over: str = "over"
) -> list[str]:
    """What is wrong with a Flappy Bird; an empty list for a good one. `over` tells the end."""
    with theater.stage(page) as stage:
        stage.run(100)
        problems = _check_first_look(stage, name)
        if problems:
            return problems + stage.errors
        problems += _check_flight(stage)
        shown = _shows_color(stage, color)
        stage.run(1000)
        shown = shown or _shows_color(stage, color)
        problems += _check_end_and_restart(stage, over)
        if not shown and not _shows_color(stage, color):
            problems.append(f"{color} is not to be seen")
        return problems + stage.errors


def check_snake(
    theater: Theater, page: str, *, name: str, color: str, over: str = "over"
) -> list[str]:
    """What is wrong with a Snake; an empty list for a good one. `over` tells the end."""
    with theater.stage(page) as stage:
        stage.run(300)
        problems = _check_first_look(stage, name)
        if problems:
            return problems + stage.errors
        if not _shows_color(stage, color):
            problems.append(f"{color} is not to be seen")
        stage.press("ArrowRight")
        problems += _check_end_and_restart(stage, over)
        problems += stage.errors
    return problems + _check_steering(theater, page)


def _check_first_look(stage: Stage, name: str) -> list[str]:
    if not take_frame(stage).key:
        return ["there is no canvas"]
    problems = []
    texts = list_painted_texts(stage)
    if stage.page.title() != name:
        problems.append(f"the page is titled {stage.page.title()!r}")
    if not any(name in text for text in texts):
        problems.append("the name is not painted")
    return problems


def _check_flight(stage: Stage) -> list[str]:
    """Up by Space, down by gravity, up by a click."""
    heights = [find_bird_height(stage)]
    for act in (_press_space, _wait, _click_middle):
        act(stage)
        stage.run(120)
        heights.append(find_bird_height(stage))
    start, risen, fallen, clicked = heights
    if start is None or risen is None or fallen is None or clicked is None:
        return ["there is no bird"]
    problems = []
    if risen >= start:
        problems.append("Space does not lift the bird")
    if fallen <= risen:
        problems.append("the bird does not fall")
    if clicked >= fallen:
        problems.append("a click does not lift the bird")
    return problems


def _check_end_and_restart(stage: Stage, over: str) -> list[str]:
    """A game that nobody plays ends, stands still, and Space brings it back."""
    stage.run(_LONGEST_GAME_MS)
    ended = take_frame(stage)
    stage.run(500)
    if take_frame(stage) != ended:
        return ["the game does not end"]
    if not any(over.lower() in text.lower() for text in list_painted_texts(stage)):
        return ["the end is not told"]
    stage.press("Space")
    stage.run(300)
    return ["Space does not restart"] if take_frame(stage) == ended else []


def _check_steering(theater: Theater, page: str) -> list[str]:
    """Other keys and other clicks give other games, from the same random numbers."""
    plays: dict[str, _Play] = {
        "nothing": _wait,
        "right": lambda stage: stage.press("ArrowRight"),
        "down": lambda stage: stage.press("ArrowDown"),
        "letter": lambda stage: stage.press("KeyS"),
        "click below": lambda stage: stage.click(0.5, 0.9),
        "click above": lambda stage: stage.click(0.5, 0.1),
    }
    frames = {}
    for label, play in plays.items():
        with theater.stage(page) as stage:
            stage.run(300)
            play(stage)
            stage.run(450)
            frames[label] = take_frame(stage)
    problems = []
    if len({frames["nothing"].key, frames["right"].key, frames["down"].key}) < 3:
        problems.append("the arrow keys do not steer")
    if frames["letter"] != frames["down"]:
        problems.append("the letter keys do not steer")
    if frames["click below"] == frames["click above"]:
        problems.append("clicks do not steer")
    return problems


def _shows_color(stage: Stage, color: str) -> bool:
    return not color or measure_color(stage, color) > VISIBLE_SHARE


def _press_space(stage: Stage) -> None:
    stage.press("Space")


def _click_middle(stage: Stage) -> None:
    stage.click(0.5, 0.5)


def _wait(stage: Stage) -> None:
    stage.run(500)
