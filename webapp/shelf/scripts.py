"""Addresses in JavaScript: what is imported, statically or not, and strings that are addresses.

Pure, one linear pass over strings, comments and the words `import` and `export`. A regular
expression that holds a quote may hide the rest of its line; nothing else is lost by it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"//[^\n]*"
    r"|/\*(?:.*?\*/|.*\Z)"
    r"|\"(?P<double>(?:\\.|[^\"\\\n])*+)\"?"
    r"|'(?P<single>(?:\\.|[^'\\\n])*+)'?"
    r"|`(?P<template>(?:\\.|[^`\\])*+)`?"
    r"|(?<![\w$.])(?P<word>import|export)(?![\w$])",
    re.DOTALL,
)
# What may stand between `import` or `export` and the string that names the module.
_CLAUSE = re.compile(r"[\w\s{},*$]*+")
_FROM = re.compile(r"(?:^|[\s}*])from\s*$")
_IMPORT_CALL = re.compile(r"\s*\(\s*(?:/\*[^*]*\*/\s*)?")
_LOOKS_LIKE_ADDRESS = re.compile(r"(?:https?:)?//[^\s]+|/lib/[^\s]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ScriptString:
    """A string literal; `start` to `end` is its content without the quotes. `imported` says that
    it names a module."""

    text: str
    start: int
    end: int
    imported: bool


def scan_strings(code: str) -> Iterator[ScriptString]:
    """Every imported name and every string that looks like an address, in order."""
    after_word: tuple[str, int] | None = None
    for token in _TOKEN.finditer(code):
        if token["word"] is not None:
            after_word = (token["word"], token.end())
            continue
        group = next((name for name in ("double", "single", "template") if token[name]), None)
        if group is None:
            continue
        imported = after_word is not None and _names_module(code, *after_word, token.start())
        after_word = None
        if imported or _LOOKS_LIKE_ADDRESS.fullmatch(token[group]):
            yield ScriptString(token[group], *token.span(group), imported)


def _names_module(code: str, word: str, after: int, before: int) -> bool:
    between = code[after:before]
    if between.lstrip()[:1] == "(":
        return word == "import" and _IMPORT_CALL.fullmatch(between) is not None
    if word == "import" and not between.strip():
        return True
    return _CLAUSE.fullmatch(between) is not None and _FROM.search(between) is not None
