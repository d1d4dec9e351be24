"""Writes the rules of GLM's tool calls, so that what is sampled is read back as exactly that call.

A call has the arguments of its schema in the schema's order, the required ones always. Values
follow `engine.chat.argument_values`: strings are raw text, everything else is JSON.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from engine.chat.argument_values import is_string_schema
from engine.chat.grammar_refusal import refusal
from engine.protocol import ToolSpec

JsonRule = Callable[[Mapping[str, Any]], str]
PatternRule = Callable[[str], str]
TokenReference = Callable[[str], str]

_ANY_TEXT = "/(?s:.)*/"
_DEFINITIONS = ("$defs", "definitions")
# Longer bounds than this make a pattern that costs more than it is worth; they are left open.
_MAX_COUNTED_CHARACTERS = 2000


def tool_call_rules(
    tools: tuple[ToolSpec, ...], token: TokenReference, json_rule: JsonRule, pattern: PatternRule
) -> list[str]:
    """Rules of which `call` is one call of any of the tools. Raises `RequestRejected`."""
    lines = ["call: " + " | ".join(f"call_{index}" for index in range(len(tools)))]
    for index, tool in enumerate(tools):
        _require_readable(tool.name, "A tool")
        properties = _properties(tool)
        required = tool.parameters.get("required")
        required = set(required) if isinstance(required, list) else set()
        arguments = " ".join(
            f"arg_{index}_{place}" + ("" if key in required else "?")
            for place, key in enumerate(properties)
        )
        name = json.dumps(tool.name + "\n", ensure_ascii=False)
        lines.append(
            f"call_{index}: {token('<tool_call>')} {name} {arguments} {token('</tool_call>')}"
        )
        for place, (key, schema) in enumerate(properties.items()):
            value = _value_rule(_with_definitions(schema, tool), json_rule, pattern)
            lines += _argument_rules(f"{index}_{place}", key, value, token)
    return lines


def _properties(tool: ToolSpec) -> dict[str, Mapping[str, Any]]:
    """The schemas of the arguments; a required one that is not described may be anything."""
    described = tool.parameters.get("properties")
    required = tool.parameters.get("required")
    names = [*(described if isinstance(described, Mapping) else ())]
    names += [name for name in required or () if name not in names]
    for name in names:
        _require_readable(name, f"An argument of {tool.name}")
    schemas = described if isinstance(described, Mapping) else {}
    return {
        name: schema if isinstance(schema := schemas.get(name), Mapping) else {} for name in names
    }


def _require_readable(name: Any, what: str) -> None:
    """Names end at line breaks, and space around them is dropped when they are read."""
    if not isinstance(name, str) or not name or name != name.strip() or "\n" in name:
        raise refusal(f"{what} has a name that cannot be written in a call: {name!r:.80}.")


def _with_definitions(schema: Mapping[str, Any], tool: ToolSpec) -> Mapping[str, Any]:
    """References in an argument's schema are to the definitions of the whole."""
    shared = {key: tool.parameters[key] for key in _DEFINITIONS if key in tool.parameters}
    return {**shared, **schema}


def _argument_rules(name: str, key: str, value: str, token: TokenReference) -> list[str]:
    key_text = json.dumps(key, ensure_ascii=False)
    return [
        f"arg_{name}: {token('<arg_key>')} {key_text} {token('</arg_key>')} "
        f'"\\n" {token("<arg_value>")} value_{name} {token("</arg_value>")} "\\n"',
        f"value_{name}: {value}",
    ]


def _value_rule(schema: Mapping[str, Any], json_rule: JsonRule, pattern: PatternRule) -> str:
    if not is_string_schema(schema):
        return json_rule(schema)
    return _text_rule(schema, pattern)


def _text_rule(schema: Mapping[str, Any], pattern: PatternRule) -> str:
    choices = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if isinstance(choices, list) and choices:
        return " | ".join(json.dumps(choice, ensure_ascii=False) for choice in choices)
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        return " | ".join(f"({_text_rule(option, pattern)})" for option in options)
    if isinstance(schema.get("pattern"), str):
        return pattern(_whole_pattern(schema["pattern"]))
    return _counted_text(schema)


def _whole_pattern(pattern: str) -> str:
    """JSON schema's patterns match anywhere unless they are anchored."""
    if "|" in pattern:
        raise refusal("The pattern of a string argument has alternatives; use an enum.")
    before = "" if pattern.startswith("^") else "(?s:.)*"
    after = "" if pattern.endswith("$") and not pattern.endswith("\\$") else "(?s:.)*"
    return before + pattern.removeprefix("^").removesuffix("" if after else "$") + after


def _counted_text(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minLength", 0), schema.get("maxLength")
    if not isinstance(low, int) or not 0 <= low <= _MAX_COUNTED_CHARACTERS:
        raise refusal(f"minLength of a string argument is above {_MAX_COUNTED_CHARACTERS}.")
    if not isinstance(high, int) or high > _MAX_COUNTED_CHARACTERS:
        return f"/(?s:.){{{low},}}/" if low else _ANY_TEXT
    if high < low:
        raise refusal("maxLength of a string argument is below its minLength.")
    return f"/(?s:.){{{low},{high}}}/"
