"""Replacing parts of a text: places are found first, and all are changed at once."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Replacement:
    """What stands in the place of `start` to `end`."""

    start: int
    end: int
    text: str


def apply_replacements(text: str, replacements: Iterable[Replacement]) -> str:
    """The text with all replacements made; they must not overlap."""
    parts: list[str] = []
    place = 0
    for one in sorted(replacements, key=lambda one: (one.start, one.end)):
        parts += (text[place : one.start], one.text)
        place = one.end
    return "".join((*parts, text[place:]))
