"""Working on a case: a model that answers rightly is right, one that does not is told why."""

import json
from collections.abc import Iterator

import pytest

from engine.protocol import (
    EngineEvent,
    Finished,
    FinishReason,
    GenerationRequest,
    Role,
    TextDelta,
    ThinkingDelta,
    ToolCallFinished,
    Usage,
)
from engine.training.evaluation.attempting import MAX_ROUNDS, attempt_case
from engine.training.evaluation.cases import Case, draw_cases
from engine.training.evaluation.scores import Verdict, summarize
from engine.training.evaluation.verdicts import Attempt, find_problems, is_first_time_right


class _Rehearsed:
    """Answers with the right turn of a case, round by round."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self.requests: list[GenerationRequest] = []

    def __call__(self, request: GenerationRequest) -> Iterator[EngineEvent]:
        number = len(self.requests)
        self.requests.append(request)
        right = self._case.right
        if number == 0 and request.thinking:
            yield ThinkingDelta(text=right.trace)
        if number < len(right.rounds):
            for index, step in enumerate(right.rounds[number]):
                yield ToolCallFinished(
                    id=f"c{index}", index=index, name=step.tool, arguments=dict(step.arguments)
                )
            yield _end(FinishReason.TOOL_CALLS)
        else:
            yield TextDelta(text=right.reply)
            yield _end(FinishReason.STOP)


def _end(reason: FinishReason) -> Finished:
    return Finished(
        reason=reason,
        usage=Usage(
            prompt_tokens=1,
            cached_tokens=0,
            completion_tokens=1,
            thinking_tokens=0,
            queue_ms=0.0,
            ttft_ms=0.0,
            duration_ms=0.0,
        ),
    )


def judge(case: Case, attempt: Attempt) -> Verdict:
    return Verdict(case, tuple(find_problems(case, attempt)), is_first_time_right(case, attempt))


@pytest.mark.parametrize("family", ["deck", "edit", "search", "small_talk", "poster"])
def test_a_right_model_is_right(family: str) -> None:
    for case in draw_cases(4, families=(family,)):
        model = _Rehearsed(case)
        verdict = judge(case, attempt_case(case, model))
        assert verdict.problems == ()
        assert verdict.first_time
        assert len(model.requests) == len(case.right.rounds) + 1


def test_the_model_reads_the_results_of_its_calls() -> None:
    case = draw_cases(1, families=("edit",))[0]
    model = _Rehearsed(case)
    attempt_case(case, model)
    results = [m.content for m in model.requests[-1].messages if m.role is Role.TOOL]
    assert [step.result for step in case.right.steps] == results[-len(case.right.steps) :]


def test_a_model_that_calls_without_end_is_stopped() -> None:
    case = draw_cases(1, families=("edit",))[0]
    rounds = 0

    def call_again(request: GenerationRequest) -> Iterator[EngineEvent]:
        nonlocal rounds
        rounds += 1
        yield ToolCallFinished(id="c", index=0, name="artifact_read", arguments={"id": "none"})
        yield _end(FinishReason.TOOL_CALLS)

    attempt = attempt_case(case, call_again)
    assert rounds == MAX_ROUNDS
    assert "without end" in attempt.problem
    assert attempt.workshop.refusals == MAX_ROUNDS


def test_an_answer_that_is_cut_off_is_wrong() -> None:
    case = draw_cases(1, families=("small_talk",))[0]
    verdict = judge(case, attempt_case(case, lambda request: iter([_end(FinishReason.LENGTH)])))
    assert "the answer ended by length" in verdict.problems


def test_the_report_counts_families_languages_and_changes() -> None:
    cases = draw_cases(2, families=("edit", "small_talk"))
    verdicts = [judge(case, attempt_case(case, _Rehearsed(case))) for case in cases[:3]]
    wrong = attempt_case(cases[3], lambda request: iter([_end(FinishReason.STOP)]))
    report = summarize([*verdicts, judge(cases[3], wrong)])
    assert (report["right"], report["total"]) == (3, 4)
    assert report["families"]["small_talk"] == {"right": 1, "total": 2}
    assert report["languages"]["en"] == {"right": 2, "total": 2}
    assert report["cells"]["small_talk zh"] == {"right": 0, "total": 1}
    assert report["first_time"] == {"right": 2, "total": 2}
    assert list(report["failures"]) == [cases[3].id]
    json.dumps(report)
