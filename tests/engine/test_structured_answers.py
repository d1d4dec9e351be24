"""Forms, tool calls and bounds of thinking hold through the whole engine, whatever the drafts."""

import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest

from engine.chat.grammar import GrammarCompiler
from engine.chat.tokenizer import ChatTokenizer
from engine.errors import RequestRejected
from engine.llm_engine import LLMEngine
from engine.protocol import (
    ErrorCode,
    FinishReason,
    GenerationRequest,
    ResponseFormat,
    ResponseFormatKind,
    ToolCallFinished,
    ToolChoice,
    ToolChoiceKind,
    ToolSpec,
)
from tests.engine.accepted_runs import DraftingEngine, Told
from tests.engine.engines import (
    Answer,
    answer_alone,
    build_engine,
    collect,
    make_request,
    run_to_end,
)

OPTIONS: dict[str, Any] = {"cpu_threads": 1, "context_length": 512}
SCHEMA = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "maxLength": 8},
        "size": {"type": "integer", "minimum": 2, "maximum": 40},
        "kind": {"enum": ["svg", "html"]},
    },
    "required": ["title", "size", "kind"],
    "additionalProperties": False,
}
DRAW = ToolSpec(
    name="draw",
    description="",
    parameters={
        "type": "object",
        "properties": {"what": {"type": "string", "maxLength": 6}, "count": {"type": "integer"}},
        "required": ["what", "count"],
    },
)
PLAY = ToolSpec(name="play", description="", parameters={"type": "object"})
FORMS: dict[str, dict[str, Any]] = {
    "schema": {
        "response_format": ResponseFormat(kind=ResponseFormatKind.JSON_SCHEMA, schema=SCHEMA)
    },
    "object": {"response_format": ResponseFormat(kind=ResponseFormatKind.JSON_OBJECT)},
    "regex": {
        "response_format": ResponseFormat(
            kind=ResponseFormatKind.REGEX, pattern=r"[a-f]{3,9}-[0-9]{2}!"
        )
    },
    "required": {"tools": (DRAW, PLAY), "tool_choice": ToolChoice(kind=ToolChoiceKind.REQUIRED)},
    "named": {
        "tools": (DRAW, PLAY),
        "tool_choice": ToolChoice(kind=ToolChoiceKind.NAMED, name="draw"),
    },
    "none": {"tools": (DRAW, PLAY), "tool_choice": ToolChoice(kind=ToolChoiceKind.NONE)},
}


@pytest.fixture(scope="module")
def tokenizer(checkpoint_folder: Path) -> ChatTokenizer:
    return ChatTokenizer.from_folder(checkpoint_folder)


@pytest.fixture(scope="module")
def one_by_one(checkpoint_folder: Path) -> LLMEngine:
    return build_engine(checkpoint_folder, max_drafts=0, **OPTIONS)


@pytest.fixture(scope="module", params=[(1, True), (3, True), (2, False)])
def in_runs(request: pytest.FixtureRequest, checkpoint_folder: Path) -> DraftingEngine:
    drafts, compiled = request.param
    return DraftingEngine(checkpoint_folder, drafts, {"compiled_step": compiled, **OPTIONS})


def closing_tag(tokenizer: ChatTokenizer) -> int:
    token_id = tokenizer.special_id("</think>")
    assert token_id is not None
    return token_id


def closing_bias(tokenizer: ChatTokenizer) -> dict[str, float]:
    """Without it random strings would go on to the end of the context."""
    names = ('"', "}", "]", "</arg_value>", "</tool_call>", "</think>", "<|observation|>")
    ids = [tokenizer.special_id(name) or tokenizer.encode_text(name)[0] for name in names]
    return {str(token_id): 9.0 for token_id in ids}


def make_form_request(
    name: str, tokenizer: ChatTokenizer, *, thinking: bool, seed: int
) -> GenerationRequest:
    return make_request(
        "alice",
        "Draw.",
        max_tokens=250,
        temperature=1.0,
        seed=seed,
        logit_bias=closing_bias(tokenizer),
        thinking=thinking,
        **FORMS[name],
    )


def assert_form(name: str, answer: Answer) -> None:
    calls = [event for event in answer.events if isinstance(event, ToolCallFinished)]
    if name in ("schema", "object"):
        value = json.loads(answer.text)
        assert isinstance(value, dict)
        if name == "schema":
            assert set(value) == {"title", "size", "kind"}
            assert 2 <= value["size"] <= 40
            assert value["kind"] in ("svg", "html")
            assert len(value["title"]) <= 8
    elif name == "regex":
        assert re.fullmatch(r"[a-f]{3,9}-[0-9]{2}!", answer.text)
    elif name == "none":
        assert not calls
        return
    else:
        assert calls
        assert {call.name for call in calls} <= ({"draw"} if name == "named" else {"draw", "play"})
        for call in calls:
            assert call.name == "play" or isinstance(call.arguments["count"], int)
        assert answer.finished.reason is FinishReason.TOOL_CALLS
        return
    assert not calls
    assert answer.finished.reason is FinishReason.STOP


@pytest.mark.parametrize("thinking", [True, False])
@pytest.mark.parametrize("name", FORMS)
def test_the_answer_has_its_form_and_drafts_do_not_change_it(
    one_by_one: LLMEngine,
    in_runs: DraftingEngine,
    tokenizer: ChatTokenizer,
    name: str,
    thinking: bool,
) -> None:
    for seed in (1, 2):
        request = make_form_request(name, tokenizer, thinking=thinking, seed=seed)
        expected = answer_alone(one_by_one, request)
        assert_form(name, expected)
        answer = in_runs.answer(request, expected.token_ids)
        assert Told.of(answer) == Told.of(expected)
        assert in_runs.runner.accepted_runs or len(answer.token_ids) < 9


def test_the_form_begins_right_behind_the_closing_tag_inside_a_run(
    one_by_one: LLMEngine, in_runs: DraftingEngine, tokenizer: ChatTokenizer
) -> None:
    close = closing_tag(tokenizer)
    inside = 0
    for seed in range(6):
        request = make_form_request("schema", tokenizer, thinking=True, seed=seed)
        expected = answer_alone(one_by_one, request)
        if expected.finished.reason is FinishReason.LENGTH:
            continue
        answer = in_runs.answer(request, expected.token_ids)
        assert answer.thinking
        place = answer.token_ids.index(close)
        after = tokenizer.decode(answer.token_ids[place + 1 : -1])
        assert json.loads(after)
        assert after.strip() == answer.text.strip()
        inside += any(close in run[:-1] for run in in_runs.runner.accepted_runs)
    assert inside > 0, "no closing tag fell into the middle of a run"


def thinking_prompt(engine: LLMEngine, tokenizer: ChatTokenizer) -> list[int]:
    """A prompt that has opened the thinking already."""
    think = tokenizer.special_id("<think>")
    assert think is not None
    return [*engine._submission.render(make_request("alice")), think]


@pytest.mark.parametrize("budget", [0, 1, 2, 5, 6])
def test_the_thinking_is_closed_at_its_budget_to_the_token(
    one_by_one: LLMEngine, in_runs: DraftingEngine, tokenizer: ChatTokenizer, budget: int
) -> None:
    prompt = thinking_prompt(one_by_one, tokenizer)
    free = make_request("alice", max_tokens=40)
    one_by_one.submit_prompt(free, prompt, ignore_stop_tokens=True)
    text = run_to_end(one_by_one)["alice"].token_ids
    close = closing_tag(tokenizer)
    assert close not in text[:20]
    request = make_request("alice", max_tokens=40, thinking_budget=budget)
    one_by_one.submit_prompt(request, prompt)
    expected = run_to_end(one_by_one)["alice"]
    # Half of the drafts' text is the one that ignores the budget.
    for drafted in (text, expected.token_ids):
        answer = in_runs.answer_prompt(request, prompt, drafted)
        assert answer.token_ids.index(close) == budget
        assert answer.token_ids[:budget] == text[:budget]
        # A tag of thinking inside the thinking is spent, and is no thought.
        tags = sum(tokenizer.is_added(token) for token in text[:budget])
        assert answer.finished.usage.thinking_tokens == budget - tags
        assert Told.of(answer) == Told.of(expected)


def test_the_thinking_ends_when_it_is_asked_to(
    one_by_one: LLMEngine, in_runs: DraftingEngine, tokenizer: ChatTokenizer
) -> None:
    prompt = thinking_prompt(one_by_one, tokenizer)
    request = make_request("alice", max_tokens=40)
    one_by_one.submit_prompt(request, prompt)
    text = run_to_end(one_by_one)["alice"].token_ids
    close = closing_tag(tokenizer)
    in_runs.texts["alice"] = text
    in_runs.runner._prompt_tokens.clear()
    engine, answers = in_runs.engine, dict[str, Answer]()
    engine.submit_prompt(request, prompt)
    while len(answers.get("alice", Answer()).token_ids) < 6:
        collect(engine.step(), answers)
    told = len(answers["alice"].token_ids)
    engine.end_thinking("alice")
    run_to_end(engine, answers)
    tokens = answers["alice"].token_ids
    place = tokens.index(close)
    # The step that ran when it was asked for has been told; the next token closes.
    assert told <= place <= told + in_runs.drafts + 1
    assert tokens[:place] == text[:place]
    assert tokens.count(close) == 1
    assert answers["alice"].text
    assert len(tokens) == 40


def test_asking_for_the_end_of_no_thinking_changes_nothing(
    one_by_one: LLMEngine, in_runs: DraftingEngine
) -> None:
    request = make_request("alice", max_tokens=20)
    expected = answer_alone(one_by_one, request)
    engine, answers = in_runs.engine, dict[str, Answer]()
    in_runs.runner._prompt_tokens.clear()
    in_runs.texts["alice"] = expected.token_ids
    engine.submit(request)
    engine.end_thinking("alice")
    while engine.has_work():
        collect(engine.step(), answers)
        engine.end_thinking("alice")
    engine.end_thinking("nobody")
    assert answers["alice"].token_ids == expected.token_ids


@pytest.mark.parametrize(
    ("form", "word"),
    [
        (ResponseFormat(kind=ResponseFormatKind.JSON_SCHEMA, schema={"type": "what"}), "what"),
        (ResponseFormat(kind=ResponseFormatKind.REGEX, pattern="(a"), "form of the answer"),
        (ResponseFormat(kind=ResponseFormatKind.JSON_SCHEMA), "schema"),
    ],
)
def test_a_form_that_makes_no_sense_is_refused_before_anything_runs(
    one_by_one: LLMEngine, form: ResponseFormat, word: str
) -> None:
    steps = one_by_one.stats().steps
    with pytest.raises(RequestRejected, match=word) as refusal:
        one_by_one.submit(make_request("alice", response_format=form))
    assert refusal.value.code is ErrorCode.INVALID_REQUEST
    assert not one_by_one.has_work()
    assert one_by_one.stats().steps == steps


def test_a_form_that_takes_long_to_compile_holds_up_nobody(
    one_by_one: LLMEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiling, may_go_on = threading.Event(), threading.Event()
    compile_grammar = GrammarCompiler.compile_grammar

    def wait(self: GrammarCompiler, request: GenerationRequest) -> Any:
        if request.response_format is not None:
            compiling.set()
            assert may_go_on.wait(60)
        return compile_grammar(self, request)

    monkeypatch.setattr(GrammarCompiler, "compile_grammar", wait)
    slow = make_request("slow", max_tokens=5, **FORMS["regex"])
    thread = threading.Thread(target=one_by_one.submit, args=(slow,))
    thread.start()
    assert compiling.wait(60)
    # Were the lock held meanwhile, none of these would come back.
    assert len(answer_alone(one_by_one, make_request("alice")).token_ids) == 12
    one_by_one.abort("alice")
    one_by_one.stats()
    may_go_on.set()
    thread.join(60)
    assert set(run_to_end(one_by_one)) == {"slow"}
