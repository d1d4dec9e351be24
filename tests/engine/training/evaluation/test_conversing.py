"""Talks written by hand: led turn by turn, and judged by what stands there afterwards."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from engine.training.corpus.turns import Turn, past_messages
from engine.training.evaluation.cases import ask_by_hand, draw_cases
from engine.training.evaluation.conversing import find_problems, lead_talks
from engine.training.evaluation.talks import TALKS, Wanted
from engine.training.evaluation.verdicts import Attempt, open_workshop
from tests.engine.engines import build_engine

POSTER = {
    "id": "event-poster",
    "type": "poster",
    "title": "Jazz",
    "size": "A4",
    "content": "<h1>Jazz</h1>\n<p>May 5</p>",
}
DECK = {"id": "moon", "title": "The Moon", "theme": "Paper", "outline": "1. The Moon\n2. Tides"}


def _start() -> Attempt:
    return Attempt(open_workshop(ask_by_hand("talk-1", "Hi")), text="Here it is.")


def _made() -> Attempt:
    attempt = _start()
    attempt.workshop.call("artifact_create", POSTER)
    return attempt


def _decked() -> Attempt:
    attempt = _start()
    attempt.workshop.call("deck_create", DECK)
    for place, title in enumerate(("The Moon", "Tides"), 1):
        page = {"deck": "moon", "position": str(place), "title": title, "content": f"<h1>{title}"}
        attempt.workshop.call("insert_page", page)
    return attempt


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (Wanted("", "poster", "Jazz", ("May 5",), ("May 6",)), ""),
        (Wanted("", "poster", holds=("May 6",)), "'May 6' is missing"),
        (Wanted("", "poster", lacks=("May 5",)), "'May 5' is there"),
        (Wanted("", "poster", title="Rock"), "it is titled 'Jazz'"),
        (Wanted("", "deck"), "it is of type poster"),
        (Wanted(""), "it made or changed event-poster"),
        (Wanted("", "poster", says=("welcome",)), "it does not say 'welcome'"),
    ],
)
def test_an_answer_is_held_against_what_was_wanted(wanted: Wanted, problem: str) -> None:
    assert find_problems(wanted, {}, _made()) == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (Wanted("", "deck", holds=("Tides",), pages=2, theme="Paper"), ""),
        (Wanted("", "deck", pages=3), "it has 2 pages"),
        (Wanted("", "deck", theme="Ocean"), "the theme is Paper"),
    ],
)
def test_a_deck_is_held_against_what_was_wanted(wanted: Wanted, problem: str) -> None:
    assert find_problems(wanted, {}, _decked()) == ([problem] if problem else [])


def test_what_stands_as_before_was_not_changed() -> None:
    attempt = _made()
    before = attempt.workshop.contents()
    assert find_problems(Wanted("", "poster"), before, attempt) == ["it made or changed 0 things"]
    assert find_problems(Wanted(""), before, attempt) == []
    attempt.workshop.call("artifact_create", {**POSTER, "id": "other"})
    attempt.workshop.call("artifact_create", {**POSTER, "id": "third"})
    assert find_problems(Wanted("", "poster"), before, attempt) == ["it made or changed 2 things"]


def test_an_answer_that_did_not_end_is_wrong() -> None:
    attempt = replace(_made(), problem="the answer ended by length")
    assert find_problems(Wanted("", "poster"), {}, attempt) == ["the answer ended by length"]


def test_a_turn_is_remembered_as_the_product_remembers_it() -> None:
    """What the workshop noted of a right turn is, for later prompts, the turn itself."""
    for case in draw_cases(4, families=("deck", "poster", "deck_change", "edit")):
        workshop = open_workshop(case)
        for step in case.right.steps:
            workshop.call(step.tool, step.arguments)
        noted = Turn(case.right.prompt, "", case.right.reply, (tuple(workshop.steps),))
        assert _without_ids(past_messages(noted)) == _without_ids(past_messages(case.right))


def test_the_last_page_is_known_by_that_word() -> None:
    workshop = _decked().workshop
    assert workshop.call("remove_pages", {"deck": "moon", "positions": "last"}).startswith("Arr")
    assert workshop.call("remove_pages", {"deck": "moon", "positions": "2"}).startswith("Error")


def test_every_message_of_every_talk_is_answered(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder)
    told = lead_talks(engine, ((Wanted("Hi"), Wanted("Make a clock", "html")), (Wanted("Bye"),)))
    engine.close()
    assert told["total"] == 3
    assert told["right"] == 3 - len(told["failures"])
    assert "Make a clock" in [failure["asked"] for failure in told["failures"]]


def test_talks_have_several_turns_and_languages() -> None:
    texts = [wanted.text for talk in TALKS for wanted in talk]
    assert len(texts) >= 40
    assert len(set(texts)) == len(texts)
    assert sum(not text.isascii() for text in texts) >= 5


def _without_ids(messages: Sequence[object]) -> str:
    """Page ids are drawn by chance."""
    return re.sub(r"\b[0-9a-f]{8}\b", "id", repr(messages))
