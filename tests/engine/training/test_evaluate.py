"""The command that scores glm-nano: it asks, judges, reports, and tells what is missing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.protocol import ToolCall
from engine.training.evaluate import FAMILIES, main
from engine.training.evaluation import written
from engine.training.evaluation.attempting import attempt_all
from engine.training.evaluation.browser import Theater, open_theater
from engine.training.evaluation.browsing import find_all_problems
from engine.training.evaluation.cases import Case, draw_cases, draw_cases_in_talk
from engine.training.evaluation.prompts import PROMPTS, Expectation
from engine.training.evaluation.report import PAGE, PICTURES, ReportWriter
from engine.training.evaluation.scores import Verdict, summarize
from engine.training.evaluation.verdicts import (
    Attempt,
    find_problems,
    is_first_time_right,
    open_workshop,
)
from tests.engine.engines import build_engine


@pytest.fixture(scope="module")
def theater() -> Iterator[Theater]:
    with open_theater() as theater:
        yield theater


def act_rightly(case: Case) -> Attempt:
    attempt = Attempt(open_workshop(case), text=case.right.reply)
    attempt.thinking = case.right.trace if case.thinking else ""
    for step in case.right.steps:
        attempt.calls.append(ToolCall(id="c", name=step.tool, arguments=dict(step.arguments)))
        attempt.workshop.call(step.tool, step.arguments)
    return attempt


@pytest.mark.browser
@pytest.mark.parametrize("family", ["badge", "quiz", "tic_tac_toe", "poster", "deck", "edit"])
def test_what_the_corpus_makes_is_right_in_the_browser_too(theater: Theater, family: str) -> None:
    for case in draw_cases(4, families=(family,), seed=3)[::3]:
        assert find_all_problems(theater, case, act_rightly(case)) == []


@pytest.mark.browser
def test_a_thing_that_does_not_work_is_wrong_though_it_is_there(theater: Theater) -> None:
    case = draw_cases(1, families=("tic_tac_toe",))[0]
    attempt = act_rightly(case)
    step = case.right.steps[0]
    broken = step.arguments["content"].replace("onclick", "onblur").replace("click", "blur")
    attempt.workshop.call(step.tool, {**step.arguments, "content": broken})
    assert find_all_problems(theater, case, attempt)


@pytest.mark.browser
def test_the_report_has_the_scores_and_a_picture(theater: Theater, tmp_path: Path) -> None:
    case = draw_cases(1, families=("poster",))[0]
    attempt = act_rightly(case)
    report = ReportWriter(tmp_path)
    report.picture(theater, case, attempt)
    report.write(
        {"temperature": 0.0, **summarize([Verdict(case, (), is_first_time_right(case, attempt))])}
    )
    page = (tmp_path / PAGE).read_text(encoding="utf-8")
    assert "| `poster` | 1/1 |" in page
    assert f"({PICTURES}/poster.jpeg)" in page
    assert (tmp_path / PICTURES / "poster.jpeg").read_bytes()[:2] == b"\xff\xd8"


def test_cases_in_a_talk_ask_the_same_after_other_turns() -> None:
    alone = draw_cases(4, families=("pong", "deck_change"))
    talks = draw_cases_in_talk(4, families=("pong", "deck_change"))
    for case, talk in zip(alone, talks, strict=True):
        assert (talk.right, talk.request) == (case.right, case.request)
        assert talk.past[len(talk.past) - len(case.past) :] == case.past
        assert 1 <= len(talk.past) - len(case.past) <= 4
        assert find_problems(talk, act_rightly(talk)) == []
    assert len({case.id for case in (*alone, *talks)}) == 16


def test_a_model_that_knows_nothing_ends_every_case(checkpoint_folder: Path) -> None:
    engine = build_engine(checkpoint_folder)
    cases = draw_cases(2, families=("small_talk", "edit", "badge"))
    ended = {case.id: attempt for case, attempt in attempt_all(cases, engine)}
    engine.close()
    assert sorted(ended) == sorted(case.id for case in cases)
    assert not any(attempt.workshop.refusals for attempt in ended.values() if attempt.problem)


def test_all_prompts_are_asked_by_default_and_few_are_spread() -> None:
    assert written.choose_prompts(60) == PROMPTS
    assert written.choose_prompts(1000) == PROMPTS
    families = {prompt.expected for prompt in written.choose_prompts(6)}
    assert {Expectation.FLAPPY_BIRD, Expectation.SNAKE, Expectation.BADGE} < families
    assert families & {Expectation.HONEST, Expectation.TALK}


def test_written_prompts_are_counted_by_family_with_their_failures() -> None:
    verdicts = [
        written.PromptVerdict(PROMPTS[0], ()),
        written.PromptVerdict(PROMPTS[10], ("the game does not end",)),
        written.PromptVerdict(PROMPTS[20], ()),
        written.PromptVerdict(PROMPTS[40], ()),
    ]
    report = written.summarize(verdicts)
    json.dumps(report)
    assert (report["right"], report["total"]) == (3, 4)
    assert report["families"]["games"] == {"right": 1, "total": 2}
    assert report["failures"] == {"snake-01": ["the game does not end"]}


def test_drills_are_no_family_of_their_own() -> None:
    assert "quote" not in FAMILIES
    assert "deck" in FAMILIES


def test_a_missing_model_is_told_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--model", str(tmp_path / "nothing")]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
