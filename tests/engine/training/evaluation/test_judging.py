"""Answers are judged by what they made and said."""

from collections.abc import Sequence

import pytest

from engine.protocol import ToolCall
from engine.training.corpus.catalog import FAMILIES
from engine.training.corpus.family import get_default_values, render
from engine.training.corpus.languages import Language
from engine.training.evaluation.browser import Theater
from engine.training.evaluation.cases import ask_by_hand
from engine.training.evaluation.judging import find_problems
from engine.training.evaluation.prompts import Expectation, Prompt
from engine.training.evaluation.verdicts import Attempt, open_workshop

ASKED = Prompt("b", "Honey Bees in gold", Expectation.BADGE, name="Honey Bees", color="gold")
HONEST = Prompt("h", "Why?", Expectation.HONEST)
TALK = Prompt("t", "Bye", Expectation.TALK, says=("goodbye",), thinking=False)
ARGUMENTS = {
    "id": "badge",
    "type": "svg",
    "title": "Honey Bees",
    "content": render(
        FAMILIES["badge"],
        Language.ENGLISH,
        get_default_values(FAMILIES["badge"], Language.ENGLISH)
        | {"TITLE": "Honey Bees", "COLOR": "gold"},
    ),
}


def _answer(text: str = "", thinking: str = "", calls: Sequence[ToolCall] = ()) -> Attempt:
    case = ask_by_hand("b", "Hi")
    return Attempt(open_workshop(case), list(calls), thinking, text)


def _call(**changes: str) -> ToolCall:
    return ToolCall(id="call", name="artifact_create", arguments=ARGUMENTS | changes)


@pytest.mark.browser
def test_the_asked_badge_is_right(theater: Theater) -> None:
    answer = _answer(thinking="Gold.", text="Here.", calls=[_call()])
    assert find_problems(theater, ASKED, answer) == []


@pytest.mark.browser
@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (_answer(thinking="x", text="Here."), "0 calls instead of one"),
        (_answer(thinking="x", text="Here.", calls=[_call()] * 2), "2 calls instead of one"),
        (_answer(thinking="x", text="Here.", calls=[_call(title="Bee")]), "it is titled 'Bee'"),
        (_answer(thinking="x", text="Here.", calls=[_call(type="html")]), "it is 'html'"),
        (_answer(thinking="x", text="Here.", calls=[_call(more="1")]), "the arguments are"),
        (_answer(thinking="x", calls=[_call()]), "no text"),
        (_answer(text="Here.", calls=[_call()]), "no thinking"),
    ],
)
def test_another_answer_is_wrong(theater: Theater, answer: Attempt, problem: str) -> None:
    problems = find_problems(theater, ASKED, answer)
    assert any(problem in found for found in problems), problems


@pytest.mark.browser
def test_talk_must_say_the_words_and_make_nothing(theater: Theater) -> None:
    honest = _answer(thinking="x", text="I am a small demonstration model.")
    assert find_problems(theater, HONEST, honest) == []
    assert find_problems(theater, TALK, _answer(text="Goodbye!")) == []
    assert find_problems(theater, TALK, _answer(text="Good")) == ["it does not say 'goodbye'"]
    assert find_problems(theater, TALK, _answer(thinking="x", text="Goodbye!")) == [
        "thinking where it was off"
    ]
    made = _answer(thinking="x", text="I am a small demonstration model.", calls=[_call()])
    assert find_problems(theater, HONEST, made) == ["it made something that nobody asked for"]
