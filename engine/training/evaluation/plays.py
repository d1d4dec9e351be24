"""Uses made things as a person would and says what does not work, family by family."""

from collections.abc import Callable

from engine.training.corpus.family import Request
from engine.training.evaluation.browser import Stage, Theater
from engine.training.evaluation.page_plays import (
    play_calculator,
    play_clock,
    play_landing_page,
    play_quiz,
    play_todo_list,
    read_text,
)
from engine.training.evaluation.pixels import list_painted_texts, take_frame

_LONGEST_GAME_MS, _STEP_MS = 90_000, 3000
# A play opens stages of its own, since some compare two courses of the same game.
Play = Callable[[Theater, Request, str], list[str]]


def find_problems_in_play(theater: Theater, request: Request, content: str) -> list[str]:
    """What does not work; an empty list for a good thing and for pictures, which do nothing."""
    play = PLAYS.get(request.family.name)
    return play(theater, request, content) if play else []


def _play_paddles(keys: tuple[str, str]) -> Play:
    """A game on a canvas: two keys and the mouse steer; left alone it ends and starts again."""

    def play(theater: Theater, request: Request, content: str) -> list[str]:
        frames = []
        for key in ("", *keys, "mouse"):
            with theater.stage(content) as stage:
                _start(stage)
                _steer(stage, key)
                frames.append(take_frame(stage).key)
        problems = [] if len(set(frames)) == len(frames) else ["keys or mouse do not steer"]
        with theater.stage(content) as stage:
            _start(stage)
            problems += _check_end(stage, request)
            return problems + stage.errors

    return play


def _start(stage: Stage) -> None:
    stage.run(100)
    stage.press("Space")
    stage.run(100)


def _steer(stage: Stage, key: str) -> None:
    if key == "mouse":
        stage.page.mouse.move(200, 260)
    elif key:
        stage.page.keyboard.down(key)
    stage.run(300)


def _check_end(stage: Stage, request: Request) -> list[str]:
    words = request.family.words
    ends = {words[key][request.language] for key in ("OVER", "WON")}
    for _ in range(_LONGEST_GAME_MS // _STEP_MS):
        stage.run(_STEP_MS)
        if ends & set(list_painted_texts(stage)):
            break
    else:
        return ["the game does not end"]
    ended = take_frame(stage)
    stage.press("Space")
    stage.run(100)
    return ["Space does not restart"] if take_frame(stage) == ended else []


def _play_simulation(theater: Theater, request: Request, content: str) -> list[str]:
    """It moves by itself, stands still after Space, and a click changes it."""
    del request
    problems, frames = [], []
    for acts in (False, True):
        with theater.stage(content) as stage:
            stage.run(600)
            before = take_frame(stage)
            if acts:
                stage.click(0.3, 0.5)
            stage.run(300)
            frames.append(take_frame(stage).key)
            if before == take_frame(stage):
                problems.append("nothing moves")
            stage.press("Space")
            stage.run(50)
            paused = take_frame(stage)
            stage.run(400)
            if take_frame(stage) != paused:
                problems.append("Space does not pause")
            problems += stage.errors
    return problems if frames[0] != frames[1] else [*problems, "a click does nothing"]


def _play_2048(theater: Theater, request: Request, content: str) -> list[str]:
    with theater.stage(content) as stage:
        fields = stage.page.locator("main div").count()
        problems = []
        if fields != int(request.values["SIZE"]) ** 2:
            problems.append(f"the board has {fields} fields")
        boards = {read_text(stage, "main")}
        for key in ("ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown"):
            stage.press(key)
            boards.add(stage.page.locator("main").inner_html())
        if len(boards) < 3:
            problems.append("the arrow keys move nothing")
        stage.page.locator("button").click()
        filled = [text for text in stage.page.locator("main div").all_inner_texts() if text]
        if len(filled) != 2:
            problems.append("the button does not restart")
        return problems + stage.errors


def _play_tic_tac_toe(theater: Theater, request: Request, content: str) -> list[str]:
    with theater.stage(content) as stage:
        stage.page.locator("main button").nth(0).click()
        marks = read_text(stage, "main")
        problems = [] if "X" in marks and "O" in marks else ["a click sets no X and O"]
        ends = {request.family.words[key][request.language] for key in ("WON", "LOST", "DRAW")}
        for digit in range(2, 10):
            if read_text(stage, "p") not in ends:
                stage.press(f"Digit{digit}")
        if read_text(stage, "p") not in ends:
            problems.append("the end is not told")
        stage.page.locator("body > button").click()
        if "X" in read_text(stage, "main"):
            problems.append("the button does not restart")
        return problems + stage.errors


def _play_memory(theater: Theater, request: Request, content: str) -> list[str]:
    with theater.stage(content) as stage:
        cards = stage.page.locator("main button")
        signs = cards.evaluate_all("cards => cards.map(card => card.textContent)")
        if len(signs) != 2 * int(request.values["PAIRS"]):
            return [f"there are {len(signs)} cards"]
        for sign in dict.fromkeys(signs):
            for index in [i for i, other in enumerate(signs) if other == sign]:
                cards.nth(index).evaluate("card => card.click()")
            stage.run(1000)
        won = request.family.words["WON"][request.language] in read_text(stage, "p")
        problems = [] if won else ["finding all pairs does not win"]
        stage.page.locator("body > button").click()
        if stage.page.locator("main .open").count():
            problems.append("the button does not restart")
        return problems + stage.errors


PLAYS: dict[str, Play] = {
    "pong": _play_paddles(("ArrowUp", "ArrowDown")),
    "breakout": _play_paddles(("ArrowLeft", "ArrowRight")),
    "space_shooter": _play_paddles(("ArrowLeft", "ArrowRight")),
    "merge_2048": _play_2048,
    "tic_tac_toe": _play_tic_tac_toe,
    "memory": _play_memory,
    "bouncing_balls": _play_simulation,
    "double_pendulum": _play_simulation,
    "particle_fountain": _play_simulation,
    "solar_system": _play_simulation,
    "calculator": play_calculator,
    "clock": play_clock,
    "todo_list": play_todo_list,
    "quiz": play_quiz,
    "landing_page": play_landing_page,
}
