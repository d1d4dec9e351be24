"""Keeps the structure a template writes apart from the texts it is given.

A template renders one string. `TextGuard` breaks every added token that a text spells by putting a
mark into it, so that each added token in the rendered string is the template's own; `unguard`
takes the marks out again. The mark is a private-use character that occurs in none of the texts, so
no text can forge or remove one, and string operations of the template (strip, split, `in`) go on
to work: a text that spells a tag simply does not hold that tag.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.errors import RequestRejected
from engine.protocol import ErrorCode

PRIVATE_USE = range(0xE000, 0xF900)


class TextGuard:
    """Marks texts for one rendering. `names` are the added tokens that no text may spell."""

    def __init__(self, names: Sequence[str], texts: Iterable[str]) -> None:
        self.mark = _unused_character(texts)
        self._whole = _start_pattern(names)
        self._beginnings = frozenset(name[:end] for name in names for end in range(1, len(name)))
        self._endings = frozenset(name[start:] for name in names for start in range(1, len(name)))
        self._longest = max(map(len, names), default=1)

    def guard(self, text: str) -> str:
        """`text` with a mark inside every added token that it spells.

        A mark also separates a beginning or an ending of one at the borders of the text, where
        what stands beside it could complete it.
        """
        guarded = self._whole.sub(lambda match: match.group() + self.mark, text)
        reach = range(1, min(self._longest, len(text) + 1))
        if any(text[-length:] in self._beginnings for length in reach):
            guarded += self.mark
        if any(text[:length] in self._endings for length in reach):
            guarded = self.mark + guarded
        return guarded

    def guard_value(self, value: Any) -> Any:
        """A JSON value with all its strings guarded, keys included."""
        if isinstance(value, str):
            return self.guard(value)
        if isinstance(value, Mapping):
            return {self.guard(str(key)): self.guard_value(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.guard_value(item) for item in value]
        return value

    def unguard(self, text: str) -> str:
        """`text` without marks, also where a template wrote JSON in ASCII."""
        return text.replace(self.mark, "").replace(json_escape(self.mark), "")


def texts_of(value: Any) -> Iterable[str]:
    """All strings of a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from texts_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item)


def _start_pattern(names: Sequence[str]) -> re.Pattern[str]:
    """Matches the first character of every occurrence of a name."""
    rests: dict[str, list[str]] = {}
    for name in names:
        rests.setdefault(name[0], []).append(re.escape(name[1:]))
    return re.compile("|".join(f"{re.escape(c)}(?={'|'.join(r)})" for c, r in rests.items()))


def _unused_character(texts: Iterable[str]) -> str:
    """A character that occurs in no text, neither as itself nor as its JSON escape."""
    everything = "\n".join(texts)
    for character in map(chr, PRIVATE_USE):
        if character not in everything and json_escape(character) not in everything:
            return character
    raise RequestRejected(ErrorCode.INVALID_REQUEST, "The texts use every private character.")


def json_escape(character: str) -> str:
    """The form that JSON in ASCII gives to a character of the basic plane."""
    return f"\\u{ord(character):04x}"
