"""Answers are judged by what they made and said."""

from typing import cast

import pytest

from engine.llm_engine import LLMEngine, RequestOutput
from engine.protocol import (
    EngineEvent,
    EventBatch,
    Finished,
    FinishReason,
    GenerationRequest,
    Role,
    TextDelta,
    ThinkingDelta,
    ToolCall,
    ToolCallFinished,
    Usage,
)
from engine.training.corpus.catalog import FAMILIES
from engine.training.corpus.family import get_default_values, render
from engine.training.corpus.languages import Language
from engine.training.evaluation.answering import Answer, answer_prompts
from engine.training.evaluation.browser import Theater
from engine.training.evaluation.judging import find_problems
from engine.training.evaluation.prompts import Expectation, Prompt

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
USAGE = Usage(
    prompt_tokens=1,
    cached_tokens=0,
    completion_tokens=1,
    thinking_tokens=0,
    queue_ms=0.0,
    ttft_ms=0.0,
    duration_ms=0.0,
)


class ScriptedEngine:
    """Says its lines, one generation after the other, and remembers what it was asked."""

    def __init__(self, lines: list[tuple[EngineEvent, ...]]) -> None:
        self._lines = lines
        self._open: list[str] = []
        self.requests: list[GenerationRequest] = []

    def submit(self, request: GenerationRequest) -> None:
        self.requests.append(request)
        self._open.append(request.request_id)

    def has_work(self) -> bool:
        return bool(self._open)

    def step(self) -> list[RequestOutput]:
        return [RequestOutput(self._open.pop(0), EventBatch(events=self._lines.pop(0)))]


def _call(**changes: str) -> ToolCall:
    return ToolCall(id="call", name="artifact_create", arguments=ARGUMENTS | changes)


def _ask(engine: ScriptedEngine, prompt: Prompt) -> Answer:
    return answer_prompts(cast("LLMEngine", engine), [prompt])[prompt.id]


def _finished(reason: FinishReason) -> Finished:
    return Finished(reason=reason, usage=USAGE)


def test_the_tool_loop_hands_the_call_and_its_result_back() -> None:
    made = ToolCallFinished(index=0, id="call", name="artifact_create", arguments=ARGUMENTS)
    engine = ScriptedEngine(
        [
            (ThinkingDelta(text="Gold."), made, _finished(FinishReason.TOOL_CALLS)),
            (TextDelta(text="Here "), TextDelta(text="it is."), _finished(FinishReason.STOP)),
        ]
    )
    answer = _ask(engine, ASKED)
    assert (answer.thinking, answer.text, answer.problem) == ("Gold.", "Here it is.", "")
    assert [call.arguments for call in answer.calls] == [ARGUMENTS]
    spoken, result = engine.requests[1].messages[1:]
    assert spoken.thinking == "Gold."
    assert spoken.tool_calls[0].arguments == ARGUMENTS
    assert (result.role, result.content) == (Role.TOOL, "Created badge version 1.")


def test_an_answer_that_is_cut_off_has_a_problem() -> None:
    engine = ScriptedEngine([(TextDelta(text="I am"), _finished(FinishReason.LENGTH))])
    assert _ask(engine, HONEST).problem == "the answer ended by length"


def test_an_answer_that_calls_without_end_has_a_problem() -> None:
    made = ToolCallFinished(index=0, id="call", name="artifact_create", arguments=ARGUMENTS)
    engine = ScriptedEngine([(made, _finished(FinishReason.TOOL_CALLS))] * 3)
    assert "without end" in _ask(engine, ASKED).problem


@pytest.mark.browser
def test_the_asked_badge_is_right(theater: Theater) -> None:
    answer = Answer(thinking="Gold.", text="Here.", calls=[_call()])
    assert find_problems(theater, ASKED, answer) == []


@pytest.mark.browser
@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Answer(thinking="x", text="Here."), "0 calls instead of one"),
        (Answer(thinking="x", text="Here.", calls=[_call()] * 2), "2 calls instead of one"),
        (Answer(thinking="x", text="Here.", calls=[_call(title="Bee")]), "it is titled 'Bee'"),
        (Answer(thinking="x", text="Here.", calls=[_call(type="html")]), "it is 'html'"),
        (Answer(thinking="x", text="Here.", calls=[_call(more="1")]), "the arguments are"),
        (Answer(thinking="x", calls=[_call()]), "no text"),
        (Answer(text="Here.", calls=[_call()]), "no thinking"),
    ],
)
def test_another_answer_is_wrong(theater: Theater, answer: Answer, problem: str) -> None:
    problems = find_problems(theater, ASKED, answer)
    assert any(problem in found for found in problems), problems


@pytest.mark.browser
def test_talk_must_say_the_words_and_make_nothing(theater: Theater) -> None:
    honest = Answer(thinking="x", text="I am a small demonstration model.")
    assert find_problems(theater, HONEST, honest) == []
    assert find_problems(theater, TALK, Answer(text="Goodbye!")) == []
    assert find_problems(theater, TALK, Answer(text="Good")) == ["it does not say 'goodbye'"]
    assert find_problems(theater, TALK, Answer(thinking="x", text="Goodbye!")) == [
        "thinking where it was off"
    ]
    made = Answer(thinking="x", text="I am a small demonstration model.", calls=[_call()])
    assert find_problems(theater, HONEST, made) == ["it made something that nobody asked for"]
