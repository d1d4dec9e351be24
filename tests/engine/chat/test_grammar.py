"""Whatever the model prefers, what is sampled has the form that was asked for."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from engine.chat.response_parser import ResponseParser
from engine.chat.tokenizer import ChatTokenizer
from engine.protocol import (
    GenerationRequest,
    ResponseFormat,
    ResponseFormatKind,
    TextDelta,
    ToolCallFinished,
    ToolChoice,
    ToolChoiceKind,
    ToolSpec,
)
from tests.engine.chat.grammar_writing import RandomWriter

SEEDS = range(12)
SCHEMA = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "maxLength": 12},
        "size": {"type": "integer", "minimum": 2, "maximum": 40},
        "kind": {"enum": ["svg", "html", 3, None]},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2},
        "inner": {"$ref": "#/$defs/inner"},
    },
    "required": ["title", "size", "kind"],
    "additionalProperties": False,
    "$defs": {"inner": {"type": "object", "properties": {"on": {"type": "boolean"}}}},
}
SEARCH = ToolSpec(
    name="search",
    description="Searches.",
    parameters={
        "type": "object",
        "properties": {
            "query": {"type": "string"},
            "count": {"type": "integer", "minimum": 1, "maximum": 9},
            "order": {"type": "string", "enum": ["new", "old"]},
            "code": {"type": "string", "pattern": "^[a-c]{2,4}/x$"},
            "short": {"type": "string", "minLength": 1, "maxLength": 3},
            "where": {"$ref": "#/$defs/place"},
            "note": {"type": ["string", "null"]},
        },
        "required": ["query", "count"],
        "$defs": {
            "place": {
                "type": "object",
                "properties": {"x": {"type": "number"}},
                "required": ["x"],
                "additionalProperties": False,
            }
        },
    },
)
STATUS = ToolSpec(name="status", description="Says.", parameters={"type": "object"})
TOOLS = (SEARCH, STATUS)


@pytest.fixture(scope="module")
def writer(tokenizer: ChatTokenizer) -> RandomWriter:
    return RandomWriter(tokenizer)


def ask(
    response_format: ResponseFormat | None = None,
    tool_choice: ToolChoice | None = None,
    *,
    tools: tuple[ToolSpec, ...] = (),
    thinking: bool = False,
) -> GenerationRequest:
    return GenerationRequest(
        request_id="r",
        model="m",
        messages=(),
        tools=tools,
        response_format=response_format,
        tool_choice=tool_choice,
        thinking=thinking,
    )


def json_format(schema: Mapping[str, Any]) -> ResponseFormat:
    return ResponseFormat(kind=ResponseFormatKind.JSON_SCHEMA, schema=schema)


def visible_text(tokenizer: ChatTokenizer, tokens: list[int]) -> str:
    parser = ResponseParser(tokenizer)
    events = [*parser.feed(tokens), *parser.finish()]
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def calls_of(tokenizer: ChatTokenizer, tokens: list[int]) -> list[ToolCallFinished]:
    parser = ResponseParser(tokenizer, TOOLS)
    events = [*parser.feed(tokens), *parser.finish()]
    assert not any(isinstance(event, TextDelta) and event.text.strip() for event in events)
    return [event for event in events if isinstance(event, ToolCallFinished)]


def require_valid(value: Any) -> None:
    """SCHEMA, by hand."""
    assert set(value) <= set(SCHEMA["properties"])  # type: ignore[call-overload]
    assert {"title", "size", "kind"} <= set(value)
    assert isinstance(value["title"], str)
    assert len(value["title"]) <= 12
    assert type(value["size"]) is int
    assert 2 <= value["size"] <= 40
    assert value["kind"] in ("svg", "html", 3, None)
    if "tags" in value:
        assert 1 <= len(value["tags"]) <= 2
        assert all(isinstance(tag, str) for tag in value["tags"])
    assert isinstance(value.get("inner", {}).get("on", True), bool)


def require_valid_call(call: ToolCallFinished) -> None:
    """SEARCH and STATUS, by hand."""
    if call.name == "status":
        assert call.arguments == {}
        return
    assert call.name == "search"
    arguments = dict(call.arguments)
    assert isinstance(arguments.pop("query"), str)
    count = arguments.pop("count")
    assert type(count) is int
    assert 1 <= count <= 9
    assert arguments.pop("order", "new") in ("new", "old")
    assert re.fullmatch("[a-c]{2,4}/x", arguments.pop("code", "ab/x"))
    assert 1 <= len(arguments.pop("short", "x")) <= 3
    assert isinstance(arguments.pop("note", None), str | None)
    where = arguments.pop("where", {"x": 1})
    assert set(where) == {"x"}
    assert type(where["x"]) in (int, float)
    assert arguments == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_json_by_a_schema_parses_and_is_valid(
    writer: RandomWriter, tokenizer: ChatTokenizer, seed: int
) -> None:
    tokens = writer.write(ask(json_format(SCHEMA)), seed)
    require_valid(json.loads(visible_text(tokenizer, tokens)))


@pytest.mark.parametrize("seed", SEEDS)
def test_json_without_a_schema_is_an_object(
    writer: RandomWriter, tokenizer: ChatTokenizer, seed: int
) -> None:
    tokens = writer.write(ask(ResponseFormat(kind=ResponseFormatKind.JSON_OBJECT)), seed)
    assert isinstance(json.loads(visible_text(tokenizer, tokens)), dict)


@pytest.mark.parametrize(
    "pattern", [r"[a-z]{3,5}/\d+", "(yes|no)", "^ab*c$", "x\ny", r"\\[/]\/{2}", "é+!"]
)
def test_text_by_a_pattern_matches_the_whole_of_it(
    writer: RandomWriter, tokenizer: ChatTokenizer, pattern: str
) -> None:
    form = ResponseFormat(kind=ResponseFormatKind.REGEX, pattern=pattern)
    for seed in range(4):
        text = visible_text(tokenizer, writer.write(ask(form), seed))
        assert re.fullmatch(pattern, text), text


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["search", "status"])
def test_a_named_tool_is_called_once_with_valid_arguments(
    writer: RandomWriter, tokenizer: ChatTokenizer, name: str, seed: int
) -> None:
    choice = ToolChoice(kind=ToolChoiceKind.NAMED, name=name)
    tokens = writer.write(ask(tool_choice=choice, tools=TOOLS), seed)
    (call,) = calls_of(tokenizer, tokens)
    assert call.name == name
    require_valid_call(call)
    assert tokens[-1] == tokenizer.special_id("<|observation|>")


def test_a_required_call_is_one_of_the_tools_and_there_may_be_several(
    writer: RandomWriter, tokenizer: ChatTokenizer
) -> None:
    choice = ToolChoice(kind=ToolChoiceKind.REQUIRED)
    numbers, names = set(), set()
    for seed in SEEDS:
        calls = calls_of(tokenizer, writer.write(ask(tool_choice=choice, tools=TOOLS), seed))
        for call in calls:
            require_valid_call(call)
        numbers.add(len(calls))
        names |= {call.name for call in calls}
    assert names == {"search", "status"}
    assert min(numbers) == 1
    assert max(numbers) > 1


def test_no_call_is_sampled_if_none_is_allowed(
    writer: RandomWriter, tokenizer: ChatTokenizer
) -> None:
    call = tokenizer.special_id("<tool_call>")
    eager = {str(call): 9.0, str(tokenizer.special_id("<|user|>")): 5.0}
    none = ToolChoice(kind=ToolChoiceKind.NONE)
    free = writer.write(ask(tools=TOOLS), 1, logit_bias=eager)
    barred = writer.write(ask(tool_choice=none, tools=TOOLS), 1, logit_bias=eager)
    assert call in free
    assert call not in barred


def test_a_form_and_tools_together_give_the_form_or_calls(
    writer: RandomWriter, tokenizer: ChatTokenizer
) -> None:
    request = ask(json_format(SCHEMA), tools=TOOLS)
    kinds = set()
    for seed in range(8):
        tokens = writer.write(request, seed)
        if tokenizer.special_id("<tool_call>") in tokens:
            assert calls_of(tokenizer, tokens)
            assert tokens[-1] == tokenizer.special_id("<|observation|>")
        else:
            require_valid(json.loads(visible_text(tokenizer, tokens)))
            assert tokens[-1] != tokenizer.special_id("<|observation|>")
        kinds.add(tokens[-1])
    assert len(kinds) > 1


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("budget", [None, 0, 7])
def test_the_thinking_comes_first_and_the_form_after_it(
    writer: RandomWriter, tokenizer: ChatTokenizer, seed: int, budget: int | None
) -> None:
    tokens = writer.write(ask(json_format(SCHEMA), thinking=True), seed, thinking_budget=budget)
    opening, closing = tokenizer.special_id("<think>"), tokenizer.special_id("</think>")
    assert tokens[:2] == [*tokenizer.encode_text("\n"), opening]
    end = tokens.index(closing)  # type: ignore[arg-type]
    assert budget is None or end - 2 <= budget
    require_valid(json.loads(visible_text(tokenizer, tokens[end + 1 :])))


@pytest.mark.parametrize("num_drafts", [1, 2, 3])
@pytest.mark.parametrize(
    "request_",
    [
        ask(json_format(SCHEMA), thinking=True),
        ask(tool_choice=ToolChoice(kind=ToolChoiceKind.REQUIRED), tools=TOOLS),
        ask(json_format(SCHEMA), tools=TOOLS, thinking=True),
    ],
    ids=["schema after thinking", "calls", "either"],
)
def test_drafts_do_not_change_what_is_written(
    writer: RandomWriter, request_: GenerationRequest, num_drafts: int
) -> None:
    rules: dict[str, Any] = {"frequency_penalty": 0.3, "thinking_budget": 9}
    for seed in range(3):
        plain = writer.write(request_, seed, **rules)
        assert writer.write(request_, seed, num_drafts=num_drafts, **rules) == plain


def test_a_request_without_a_form_has_no_grammar(writer: RandomWriter) -> None:
    text = ResponseFormat(kind=ResponseFormatKind.TEXT)
    auto = ToolChoice(kind=ToolChoiceKind.AUTO)
    for request in (ask(), ask(text), ask(text, auto, tools=TOOLS)):
        assert writer.compiler.compile_grammar(request) is None


def test_a_form_is_compiled_once(writer: RandomWriter) -> None:
    first = writer.compiler.compile_grammar(ask(json_format(SCHEMA)))
    assert writer.compiler.compile_grammar(ask(json_format(SCHEMA))) is first
