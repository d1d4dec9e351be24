import json
from typing import Any

import pytest

from engine.chat.argument_values import decode_argument, is_string_schema


@pytest.mark.parametrize(
    ("raw", "schema", "value"),
    [
        ("12", {"type": "string"}, "12"),
        (" kept \n", {"type": "string"}, " kept \n"),
        ("12", {"enum": ["12", "13"]}, "12"),
        ("12", {"type": "integer"}, 12),
        ("\n1.5\n", {"type": "number"}, 1.5),
        ("true", {"type": "boolean"}, True),
        ("True", {"type": "boolean"}, True),
        ('{"a": [1, null]}', {"type": "object"}, {"a": [1, None]}),
        ("{'a': None}", {"type": "object"}, {"a": None}),
        ("[1, 2]", {}, [1, 2]),
        ("plain words", {}, "plain words"),
        ("null", {"type": ["string", "null"]}, None),
        ("12", {"type": ["string", "null"]}, "12"),
        ("12", {"anyOf": [{"type": "string"}, {"type": "integer"}]}, 12),
        ("not a number", {"type": "integer"}, "not a number"),
        ("NaN", {"type": "number"}, "NaN"),
        ("1e999", {"type": "number"}, "1e999"),
        ('["\\ud800"]', {"type": "array"}, '["\\ud800"]'),
        ("(1, 2)", {}, "(1, 2)"),
        ("b'x'", {}, "b'x'"),
        ("{[1]: 2}", {}, "{[1]: 2}"),
        ("[1, {1, 2}]", {"type": "array"}, "[1, {1, 2}]"),
        ("{(1, 2): 3}", {"type": "object"}, "{(1, 2): 3}"),
        ("[1j]", {}, "[1j]"),
        ("[" * 64 + "]" * 64, {}, json.loads("[" * 64 + "]" * 64)),
        ("[" * 65 + "]" * 65, {}, "[" * 65 + "]" * 65),
        ('{"a":' * 700 + "1" + "}" * 700, {}, '{"a":' * 700 + "1" + "}" * 700),
        ("[" * 5000, {}, "[" * 5000),
        ("", {"type": "integer"}, ""),
    ],
)
def test_a_value_is_decoded_by_its_schema(raw: str, schema: dict[str, Any], value: object) -> None:
    assert decode_argument(raw, schema) == value


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, True),
        ({"const": "html"}, True),
        ({"enum": ["html", "svg"]}, True),
        ({"type": ["string"]}, True),
        ({"enum": ["html", 1]}, False),
        ({"type": ["string", "null"]}, False),
        ({"type": "object"}, False),
        ({}, False),
    ],
)
def test_a_schema_of_strings_only_is_recognized(schema: dict[str, Any], expected: bool) -> None:
    assert is_string_schema(schema) is expected
