"""Forms that make no sense, or would cost too much, are refused in a sentence, and in time."""

import time
from typing import Any

import pytest

from engine.chat.grammar import GrammarCompiler
from engine.chat.tokenizer import ChatTokenizer
from engine.errors import RequestRejected
from engine.protocol import (
    ErrorCode,
    GenerationRequest,
    ResponseFormat,
    ResponseFormatKind,
    ToolChoice,
    ToolChoiceKind,
    ToolSpec,
)

JSON_SCHEMA, REGEX = ResponseFormatKind.JSON_SCHEMA, ResponseFormatKind.REGEX
REQUIRED = ToolChoice(kind=ToolChoiceKind.REQUIRED)


@pytest.fixture(scope="module")
def compiler(tokenizer: ChatTokenizer) -> GrammarCompiler:
    return GrammarCompiler(tokenizer)


def refuse(compiler: GrammarCompiler, **changes: Any) -> str:
    request = GenerationRequest(request_id="r", model="m", messages=(), **changes)
    with pytest.raises(RequestRejected) as refusal:
        compiler.compile_grammar(request)
    assert refusal.value.code is ErrorCode.INVALID_REQUEST
    assert len(refusal.value.message) < 300
    assert "\n" not in refusal.value.message
    return refusal.value.message


def tool(name: str = "t", **parameters: Any) -> tuple[ToolSpec, ...]:
    return (ToolSpec(name=name, description="", parameters={"type": "object", **parameters}),)


@pytest.mark.parametrize(
    "form",
    [
        ResponseFormat(kind=JSON_SCHEMA),
        ResponseFormat(kind=REGEX),
        ResponseFormat(kind=REGEX, pattern="a", schema={}),
        ResponseFormat(kind=ResponseFormatKind.TEXT, pattern="a"),
        ResponseFormat(kind=ResponseFormatKind.JSON_OBJECT, schema={}),
    ],
)
def test_a_form_whose_fields_do_not_fit_its_kind_is_refused(
    compiler: GrammarCompiler, form: ResponseFormat
) -> None:
    assert "response_format" in refuse(compiler, response_format=form)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "strang"},
        {"$ref": "#/$defs/nowhere"},
        {"$ref": "http://127.0.0.1:1/schema.json"},
        {"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
        {"type": "string", "pattern": "(?=a)b"},
        {"type": "integer", "minimum": 3, "maximum": 2},
        {"const": float("nan")},
    ],
)
def test_a_schema_that_cannot_be_followed_is_refused(
    compiler: GrammarCompiler, schema: dict[str, Any]
) -> None:
    refuse(compiler, response_format=ResponseFormat(kind=JSON_SCHEMA, schema=schema))


@pytest.mark.parametrize("pattern", ["(", "a{2,1}", r"\bword\b", "(?=a)b", "a\\", "[z-a]"])
def test_a_pattern_that_cannot_be_followed_is_refused(
    compiler: GrammarCompiler, pattern: str
) -> None:
    refuse(compiler, response_format=ResponseFormat(kind=REGEX, pattern=pattern))


def test_tool_choices_that_cannot_be_met_are_refused(compiler: GrammarCompiler) -> None:
    named = ToolChoiceKind.NAMED
    assert "no tools" in refuse(compiler, tool_choice=REQUIRED)
    unknown = ToolChoice(kind=named, name="x" * 500)
    assert "none of the tools" in refuse(compiler, tool_choice=unknown, tools=tool())
    assert "name" in refuse(compiler, tool_choice=ToolChoice(kind=named), tools=tool())
    extra = ToolChoice(kind=ToolChoiceKind.REQUIRED, name="t")
    assert "name" in refuse(compiler, tool_choice=extra, tools=tool())


@pytest.mark.parametrize(
    "tools",
    [
        tool(""),
        tool(" t"),
        tool("a\nb"),
        tool(properties={"": {}}),
        tool(properties={"a ": {}}),
        tool(properties={"a\nb": {}}),
        tool(required=[3]),
        tool(properties={"a": {"type": "string", "pattern": "^a|b$"}}),
        tool(properties={"a": {"type": "string", "minLength": 3, "maxLength": 2}}),
        tool(properties={"a": {"type": "string", "minLength": 10**9}}),
        tool(properties={"a": {"type": "wrong"}}),
    ],
)
def test_tools_that_cannot_be_written_as_a_call_are_refused(
    compiler: GrammarCompiler, tools: tuple[ToolSpec, ...]
) -> None:
    refuse(compiler, tool_choice=REQUIRED, tools=tools)


def deep(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "array", "items": schema}
    return schema


HOSTILE = {
    "large": {"type": "object", "properties": {f"p{i}": {"type": "string"} for i in range(3000)}},
    "intersections": {
        "allOf": [{"type": "string", "pattern": f".*a.{{{10 + i}}}"} for i in range(20)]
    },
    "products": {
        "allOf": [
            {"oneOf": [{"properties": {f"x{j}": {"const": i}}} for i in range(6)]} for j in range(8)
        ]
    },
    "multiples": {
        "allOf": [{"type": "integer", "multipleOf": p} for p in (97, 89, 83, 79, 73, 71)]
    },
    "deep": deep(400),
    "deeper than Python goes": deep(100_000),
}


@pytest.mark.parametrize("schema", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_schema_is_refused_in_time(
    compiler: GrammarCompiler, schema: dict[str, Any]
) -> None:
    started = time.monotonic()
    refuse(compiler, response_format=ResponseFormat(kind=JSON_SCHEMA, schema=schema))
    assert time.monotonic() - started < 15


def test_a_hostile_pattern_is_refused_or_bounded(compiler: GrammarCompiler) -> None:
    for pattern in ("(" * 900 + "a" + ")" * 900, "a" * 3000):
        refuse(compiler, response_format=ResponseFormat(kind=REGEX, pattern=pattern))
    nested = ResponseFormat(kind=REGEX, pattern="((a{1,1000}){1,1000}){1,1000}")
    request = GenerationRequest(request_id="r", model="m", messages=(), response_format=nested)
    started = time.monotonic()
    assert compiler.compile_grammar(request) is not None
    assert time.monotonic() - started < 10


def test_costly_words_in_an_innocent_schema_do_no_harm(compiler: GrammarCompiler) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer", "multipleOf": 5}}}
    form = ResponseFormat(kind=JSON_SCHEMA, schema=schema)
    request = GenerationRequest(request_id="r", model="m", messages=(), response_format=form)
    assert compiler.compile_grammar(request) is not None
