"""Judges a case by what was made of it, in the browser, besides what `verdicts` finds."""

from playwright.sync_api import Error

from engine.training.evaluation.browser import Theater
from engine.training.evaluation.cases import Case
from engine.training.evaluation.made_things import check_made_thing
from engine.training.evaluation.sheets import DECK_PIXELS, POSTER_PIXELS, check_sheet
from engine.training.evaluation.verdicts import (
    Attempt,
    find_problems,
    list_differences,
    open_workshop,
)


def find_all_problems(theater: Theater, case: Case, attempt: Attempt) -> list[str]:
    """What is wrong; an empty list for a right one.

    A new thing of the catalog is used as a person would use it, and need not be made letter for
    letter as the corpus makes it; pages and posters are looked at for text that leaves them.
    """
    problems = find_problems(case, attempt)
    try:
        if case.request is not None:
            return _judge_thing(theater, case, attempt, problems)
        return problems + _look_at_sheets(theater, case, attempt)
    except Error as error:
        return [*problems, f"the browser gave up: {error.message.splitlines()[0]}"]


def _judge_thing(theater: Theater, case: Case, attempt: Attempt, problems: list[str]) -> list[str]:
    assert case.request is not None
    name = case.request.family.name.replace("_", "-")
    made = attempt.workshop.contents().get(name)
    if made is None or made[0] == "deck":
        return problems
    kind, title, _, content = (str(part) for part in made)
    letters = set(list_differences(name, case, attempt))
    kept = [problem for problem in problems if problem not in letters]
    return kept + check_made_thing(theater, case.request, kind, title, content)


def _look_at_sheets(theater: Theater, case: Case, attempt: Attempt) -> list[str]:
    """Of everything that is not as it was before."""
    before = open_workshop(case).contents()
    problems = []
    for name, made in attempt.workshop.contents().items():
        if made == before.get(name):
            continue
        for content, (width, height) in list_sheets(made):
            problems += check_sheet(theater, content, width=width, height=height)
    return problems


def list_sheets(made: tuple[object, ...]) -> list[tuple[str, tuple[int, int]]]:
    """The pages of a deck or the one of a poster, each with its size in pixels; else none."""
    if made[0] == "deck" and isinstance(made[3], tuple):
        return [(content, DECK_PIXELS) for _, content in made[3]]
    if made[0] == "poster":
        return [(str(made[3]), POSTER_PIXELS.get(str(made[2]), POSTER_PIXELS["A4"]))]
    return []
