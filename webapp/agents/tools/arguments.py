"""Arguments of tool calls as models write them: mostly text, often with slips."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from engine.protocol import ToolSpec
from webapp.artifacts.decks.pages import MAX_SOURCES
from webapp.artifacts.identifiers import normalize_identifier

MAX_SOURCE_CHARACTERS = 1_000
_NUMBER = re.compile(r"(?<![\w.-])(\d{1,9})(?![\w-]|\.\d)")


class ToolArguments(BaseModel):
    """Base of all arguments. Keys that no tool has are the model's slip and are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


def _identifier(value: object) -> object:
    if not isinstance(value, str):
        return value
    identifier = normalize_identifier(value)
    if not identifier:
        raise ValueError("an id in kebab-case is needed")
    return identifier


def _optional_identifier(value: object) -> object:
    return normalize_identifier(value) if isinstance(value, str) else value


def _version_number(value: object) -> object:
    """A version as a number: 3, `3`, `version 3`, `v3`; empty means none."""
    if not isinstance(value, str):
        return value
    text = value.strip().lower().removeprefix("version").removeprefix("v").strip(" .")
    if text in ("", "none", "null", "latest", "newest"):
        return None
    return int(text) if text.isdecimal() and len(text) < 10 else value


def _sources(value: object) -> object:
    if isinstance(value, str):
        value = [line.strip(" -*\t") for line in value.split("\n")]
    if isinstance(value, list | tuple):
        texts = [str(source).strip()[:MAX_SOURCE_CHARACTERS] for source in value]
        return tuple(text for text in texts if text)[: MAX_SOURCES + 1]
    return value


Identifier = Annotated[str, BeforeValidator(_identifier)]
OptionalIdentifier = Annotated[str, BeforeValidator(_optional_identifier)]
VersionNumber = Annotated[int | None, BeforeValidator(_version_number)]
Sources = Annotated[tuple[str, ...] | None, BeforeValidator(_sources)]


Told = str | tuple[str, list[str]]


def describe_tool(
    name: str, description: str, parameters: Mapping[str, Told], optional: str
) -> ToolSpec:
    """A tool whose parameters are all text, in their order: a description each, or a description
    with the only values there are. `optional` names those that may be left out.

    All are text because the engine streams the text of an argument only if it is one.
    """
    properties: dict[str, Any] = {}
    for key, told in parameters.items():
        text, choices = (told, None) if isinstance(told, str) else told
        properties[key] = {"type": "string", "description": text}
        if choices is not None:
            properties[key]["enum"] = choices
    left_out = set(optional.split())
    return ToolSpec(
        name=name,
        description=description,
        parameters={
            "type": "object",
            "properties": properties,
            "required": [key for key in properties if key not in left_out],
        },
    )


def first_problem(error: ValidationError) -> str:
    """The first thing that is wrong with the arguments, with its place."""
    problem = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(step) for step in problem["loc"])
    return f"{place}: {problem['msg']}."


def read_span(text: str | None) -> tuple[int, int] | None:
    """First and last line of `10-40`, `10 to 40` or `10`; None where no lines are named."""
    numbers = [int(number) for number in _NUMBER.findall((text or "").replace("-", " "))]
    if not numbers:
        return None
    return min(numbers[:2]), max(numbers[:2])
