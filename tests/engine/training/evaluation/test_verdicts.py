"""The judges of cases: right turns pass, and each kind of mistake is named."""

import re
from dataclasses import replace

import pytest

from engine.protocol import ToolCall
from engine.training.corpus import WEIGHTS
from engine.training.corpus.names import is_held_out
from engine.training.corpus.talking.beyond import FAMILY as BEYOND
from engine.training.corpus.turns import Step
from engine.training.evaluation.cases import Case, draw_cases
from engine.training.evaluation.verdicts import (
    Attempt,
    find_problems,
    is_first_time_right,
    open_workshop,
)

PAGE_ID = re.compile(r"\b[0-9a-f]{8}\b")


def _attempt(case: Case, *steps: Step, text: str = "") -> Attempt:
    attempt = Attempt(open_workshop(case), text=text or case.right.reply)
    attempt.thinking = case.right.trace if case.thinking else ""
    for step in steps:
        attempt.calls.append(ToolCall(id="c", name=step.tool, arguments=dict(step.arguments)))
        attempt.workshop.call(step.tool, step.arguments)
    return attempt


def _case_with(family: str, tool: str) -> Case:
    cases = draw_cases(24, families=(family,))
    return next(
        case for case in cases if case.right.steps[-1:] and case.right.steps[-1].tool == tool
    )


def _change(step: Step, **arguments: str) -> Step:
    return replace(step, arguments={**step.arguments, **arguments})


@pytest.mark.parametrize("family", WEIGHTS)
def test_the_right_turn_has_no_problems(family: str) -> None:
    for case in draw_cases(4, families=(family,)):
        attempt = _attempt(case, *case.right.steps)
        assert find_problems(case, attempt) == []
        assert is_first_time_right(case, attempt)


@pytest.mark.parametrize("family", ["deck", "deck_change", "edit", "poster_change", "repair"])
def test_the_workshop_answers_as_the_corpus_says(family: str) -> None:
    for case in draw_cases(8, families=(family,)):
        workshop = open_workshop(case)
        for step in case.right.steps:
            answer = workshop.call(step.tool, step.arguments)
            assert PAGE_ID.sub("…", answer) == PAGE_ID.sub("…", step.result)


def test_cases_are_the_same_for_the_same_seed_and_held_out() -> None:
    assert draw_cases(2, families=("edit",)) == draw_cases(2, families=("edit",))
    for case in draw_cases(8, families=("poster",)):
        assert is_held_out(case.right.steps[0].arguments["title"])


def test_a_missing_page_and_a_wrong_title_are_named() -> None:
    case = draw_cases(1, families=("deck",))[0]
    steps = case.right.steps
    assert "pages instead of" in find_problems(case, _attempt(case, *steps[:-1]))[0]
    wrong = (*steps[:-1], _change(steps[-1], title="Other"))
    assert "is titled 'Other'" in find_problems(case, _attempt(case, *wrong))[0]
    assert (
        "the theme of"
        in find_problems(case, _attempt(case, _change(steps[0], theme="Terminal"), *steps[1:]))[0]
    )


def test_an_edit_that_fits_nowhere_is_not_right_the_first_time() -> None:
    case = _case_with("edit", "artifact_edit")
    read, edit = case.right.steps[0], case.right.steps[-1]
    broken = _change(edit, edits=edit.arguments["edits"].replace("SEARCH\n", "SEARCH\nx", 1))
    attempt = _attempt(case, read, broken)
    assert find_problems(case, attempt)
    mended = _attempt(case, read, broken, edit)
    assert find_problems(case, mended) == []
    assert not is_first_time_right(case, mended)


def test_an_edit_that_changes_more_is_wrong() -> None:
    case = _case_with("edit", "artifact_edit")
    edit = case.right.steps[-1]
    more = _change(edit, edits=edit.arguments["edits"].replace(">>>>>>>", "more\n>>>>>>>", 1))
    assert any("content" in problem for problem in find_problems(case, _attempt(case, more)))


def test_a_page_that_was_not_named_must_stay() -> None:
    case = _case_with("deck_change", "update_page")
    other = Step(
        tool="remove_pages",
        arguments={"deck": case.right.steps[-1].arguments["deck"], "positions": "1"},
        result="",
    )
    assert find_problems(case, _attempt(case, *case.right.steps, other))


def test_honesty_makes_nothing_and_says_what_it_is() -> None:
    case = draw_cases(1, families=(BEYOND,))[0]
    made = Step(
        tool="artifact_create",
        arguments={"id": "x", "type": "html", "title": "X", "content": "<p>"},
        result="",
    )
    assert "nobody asked" in find_problems(case, _attempt(case, made))[0]
    assert "what it is" in find_problems(case, _attempt(case, text="The answer is 4."))[0]


def test_a_citation_that_did_not_come_back_is_wrong() -> None:
    case = _case_with("search", "web_search")
    reply = case.right.reply + "\n- Made up [9]"
    problems = find_problems(case, _attempt(case, *case.right.steps, text=reply))
    assert any("cites" in problem for problem in problems)


def test_another_language_and_no_text_are_wrong() -> None:
    case = next(case for case in draw_cases(4, families=("small_talk",)) if case.language == "ru")
    assert "another language" in find_problems(case, _attempt(case, text="Hello!"))[0]
    empty = _attempt(case)
    empty.text = " "
    assert find_problems(case, empty) == ["no text"]


def test_a_refused_call_changes_nothing() -> None:
    case = draw_cases(1, families=("deck_change",))[0]
    workshop = open_workshop(case)
    before = workshop.contents()
    for tool, arguments in (
        ("artifact_edit", {"id": "none", "edits": ""}),
        ("insert_page", {"deck": next(iter(before)), "position": "99", "title": "", "content": ""}),
        ("no_such_tool", {}),
        ("artifact_read", {}),
        ("undo", {"id": next(iter(before)) + "x"}),
    ):
        assert workshop.call(tool, arguments).startswith("Error: ")
    assert workshop.contents() == before
    assert workshop.refusals == 5
