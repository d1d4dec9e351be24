"""Decodes an argument that the model wrote as raw text, by the JSON schema of its tool.

GLM writes strings raw and everything else as JSON, now and then as a Python literal.
"""

import ast
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from engine.protocol import ToolSpec

PYTHON_LITERAL_CHARACTERS = 10_000
# Whoever carries a value on walks it by recursion; nothing that a tool takes is nested so deeply.
NESTED_LEVELS = 64
_PARSE_ERRORS = (ValueError, TypeError, SyntaxError, RecursionError, MemoryError)


def argument_schema(tool: ToolSpec | None, key: str) -> Mapping[str, Any]:
    """The schema of one argument; empty if the tool does not describe it."""
    properties = tool.parameters.get("properties") if tool else None
    schema = properties.get(key) if isinstance(properties, Mapping) else None
    return schema if isinstance(schema, Mapping) else {}


def is_string_schema(schema: Mapping[str, Any]) -> bool:
    """Whether every value of the schema is a string, so that it is taken as it comes."""
    choices = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if isinstance(choices, list) and choices:
        return all(isinstance(choice, str) for choice in choices)
    return _types(schema) == {"string"}


def decode_argument(raw: str, schema: Mapping[str, Any]) -> Any:
    """The value of `raw`: by the schema, else as JSON, else as a Python literal, else the text."""
    if is_string_schema(schema):
        return raw
    try:
        value = _parse(raw.strip())
    except _PARSE_ERRORS:
        return raw
    types = _types(schema)
    if "string" in types and not types & _types_of_value(value):
        return raw
    return value


def _types(schema: Mapping[str, Any]) -> set[str]:
    declared = schema.get("type")
    types = {declared} if isinstance(declared, str) else set(declared or ())
    for union in ("anyOf", "oneOf"):
        for option in schema.get(union) or ():
            types |= _types(option) if isinstance(option, Mapping) else set()
    return types


def _types_of_value(value: Any) -> set[str]:
    match value:
        case bool():
            return {"boolean"}
        case int():
            return {"integer", "number"}
        case float():
            return {"number"}
        case None:
            return {"null"}
        case dict():
            return {"object"}
        case list():
            return {"array"}
    return {"string"}


def _parse(text: str) -> Any:
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except ValueError:
        value = _parse_python_literal(text)
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    _require_shallow(value, NESTED_LEVELS)
    return value


def _require_shallow(value: Any, levels: int) -> None:
    if not isinstance(value, list | dict):
        return
    if levels == 0:
        raise ValueError("too deeply nested")
    for item in value.values() if isinstance(value, dict) else value:
        _require_shallow(item, levels - 1)


def _parse_python_literal(text: str) -> Any:
    if len(text) > PYTHON_LITERAL_CHARACTERS:
        raise ValueError("too long for a literal")
    value = ast.literal_eval(text)
    if not isinstance(value, bool | int | float | str | list | dict | None):
        raise ValueError("not a JSON value")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
