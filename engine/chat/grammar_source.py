"""Writes the grammar of an answer, in llguidance's dialect of Lark, from what a request asks for.

Pure: text in, text out. Tags and stop tokens go in by id, so that text which spells them is text.
The syntax is that of llguidance's `docs/syntax.md`.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from llguidance import regex_to_lark

from engine.chat.grammar_calls import tool_call_rules
from engine.chat.grammar_refusal import refusal
from engine.protocol import (
    GenerationRequest,
    ResponseFormat,
    ResponseFormatKind,
    ToolChoiceKind,
    ToolSpec,
)

# Between the values of JSON; without an end a model can go on with spaces for ever.
JSON_WHITESPACE = r"[\x20\x0A\x0D\x09]{1,64}"
MAX_PATTERN_CHARACTERS = 2048
_STOP_TOKENS = ("<|user|>", "<|endoftext|>")

TokenReference = Callable[[str], str]


def write_grammar(request: GenerationRequest, token: TokenReference) -> str | None:
    """The grammar of what comes after the thinking; None if everything may.

    `token` gives the reference of an added token by its name. Raises `RequestRejected`.
    """
    called = _tools_to_call(request)
    if called:
        is_named = request.tool_choice is not None and request.tool_choice.name is not None
        return _calls_only(called, token, many=not is_named)
    text = _text_rule(request.response_format)
    if text is None:
        return None
    may_call = request.tools and not forbids_calls(request)
    return _text_or_calls(text, request.tools if may_call else (), token)


def forbids_calls(request: GenerationRequest) -> bool:
    """Whether the request says that no tool may be called."""
    return request.tool_choice is not None and request.tool_choice.kind is ToolChoiceKind.NONE


def json_rule(schema: Mapping[str, Any]) -> str:
    """A value of the schema, as an expression."""
    options = {"whitespace_pattern": JSON_WHITESPACE}
    try:
        return "%json " + json.dumps({**schema, "x-guidance": options}, allow_nan=False)
    except (ValueError, TypeError, RecursionError) as error:
        raise refusal("A schema is not JSON.") from error


def _tools_to_call(request: GenerationRequest) -> tuple[ToolSpec, ...]:
    """The tools of which one must be called; none if the choice is free."""
    choice = request.tool_choice
    if choice is None:
        return ()
    if (choice.name is not None) != (choice.kind is ToolChoiceKind.NAMED):
        raise refusal("tool_choice has a name if its kind is named, and only then.")
    if choice.kind in (ToolChoiceKind.AUTO, ToolChoiceKind.NONE):
        return ()
    if not request.tools:
        raise refusal("tool_choice asks for a call, and the request has no tools.")
    named = tuple(tool for tool in request.tools if choice.name in (None, tool.name))
    if not named:
        raise refusal(f"tool_choice names {choice.name!r:.80}, which is none of the tools.")
    return named if choice.name is None else named[:1]


def _text_rule(response_format: ResponseFormat | None) -> str | None:
    if response_format is None:
        return None
    kind = response_format.kind
    _require_fitting_fields(response_format)
    if kind is ResponseFormatKind.JSON_OBJECT:
        return json_rule({"type": "object"})
    if kind is ResponseFormatKind.JSON_SCHEMA and response_format.schema is not None:
        return json_rule(response_format.schema)
    if kind is ResponseFormatKind.REGEX and response_format.pattern is not None:
        return pattern_rule(response_format.pattern)
    return None


def pattern_rule(pattern: str) -> str:
    """Text that matches the whole pattern, as an expression."""
    if len(pattern) > MAX_PATTERN_CHARACTERS:
        raise refusal(f"A pattern may have at most {MAX_PATTERN_CHARACTERS} characters.")
    # A backslash without anything behind it would take the delimiter.
    if (len(pattern) - len(pattern.rstrip("\\"))) % 2:
        raise refusal("A pattern ends in a single backslash.")
    # As in JSON schemas, the classes of digits and words are those of ASCII.
    return "/" + regex_to_lark(pattern, use_ascii="dw") + "/"


def _require_fitting_fields(response_format: ResponseFormat) -> None:
    kind = response_format.kind
    if (response_format.schema is not None) != (kind is ResponseFormatKind.JSON_SCHEMA):
        raise refusal("response_format has a schema if its kind is json_schema, and only then.")
    if (response_format.pattern is not None) != (kind is ResponseFormatKind.REGEX):
        raise refusal("response_format has a pattern if its kind is regex, and only then.")


def _calls_only(tools: tuple[ToolSpec, ...], token: TokenReference, *, many: bool) -> str:
    calls = "call (/\\n?/ call)*" if many else "call"
    lines = [
        f"start: /\\n?/ {calls} {token('<|observation|>')}",
        *tool_call_rules(tools, token, json_rule, pattern_rule),
    ]
    return "\n".join(lines) + "\n"


def _text_or_calls(text: str, tools: tuple[ToolSpec, ...], token: TokenReference) -> str:
    stops = " | ".join(map(token, _STOP_TOKENS))
    lines = ["start: /\\n?/ text stop", f"text: {text}", f"stop: {stops}"]
    if tools:
        calls = f"call (/\\n?/ call)* {token('<|observation|>')}"
        lines[0] = f"start: /\\n?/ text stop | /\\n?/ {calls}"
        lines += tool_call_rules(tools, token, json_rule, pattern_rule)
    return "\n".join(lines) + "\n"
