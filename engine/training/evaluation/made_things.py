"""Right or wrong: holds a made thing of any family against its request."""

from playwright.sync_api import Error

from engine.training.corpus.family import Request
from engine.training.evaluation.browser import Theater
from engine.training.evaluation.expectations import (
    check_call,
    judge_bars,
    list_wanted_colors,
    list_wanted_texts,
)
from engine.training.evaluation.games import check_flappy_bird, check_snake
from engine.training.evaluation.looks import (
    as_document,
    is_readable_svg,
    judge_look,
    measure_bars,
    take_look,
)
from engine.training.evaluation.plays import find_problems_in_play

# What is pressed before the look, where some colors are seen in the game alone.
_WARM_UPS = {
    "flappy_bird": ("Space", "Space"),
    "space_shooter": ("Space", "Space"),
    "tic_tac_toe": ("Digit5",),
}


def check_made_thing(
    theater: Theater, request: Request, artifact_type: str, title: str, content: str
) -> list[str]:
    """What is wrong with the thing that a call made; an empty list for a right one."""
    problems = check_call(request, artifact_type, title, content)
    try:
        problems += _look_at(theater, request, content)
        problems += _play_with(theater, request, content)
    except Error as error:
        problems.append(f"the browser gave up: {error.message.splitlines()[0]}")
    return list(dict.fromkeys(problems))


def _look_at(theater: Theater, request: Request, content: str) -> list[str]:
    family, title = request.family, request.values["TITLE"]
    with theater.stage(as_document(family.artifact_type, title, content)) as stage:
        if family.artifact_type == "svg" and not is_readable_svg(stage, content):
            return ["the SVG cannot be read"]
        stage.run(1200)
        for key in _WARM_UPS.get(family.name, ()):
            stage.press(key)
            stage.run(300)
        look = take_look(stage, list_wanted_colors(request))
        problems = judge_look(look, title, list_wanted_texts(request))
        if family.name == "bar_chart":
            rows = [row.rsplit(" ", 1) for row in request.values["ROWS"].split(" | ")]
            heights = measure_bars(stage, [label for label, _ in rows])
            problems += judge_bars([int(number) for _, number in rows], heights)
        return problems + stage.errors


def _play_with(theater: Theater, request: Request, content: str) -> list[str]:
    check = {"flappy_bird": check_flappy_bird, "snake": check_snake}.get(request.family.name)
    if check is None:
        return find_problems_in_play(theater, request, content)
    over = request.family.words["OVER"][request.language]
    return check(theater, content, name=request.values["TITLE"], color="", over=over)
