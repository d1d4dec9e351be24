"""A page of many lines that is written at a given pace, each line with the time of its writing.

Pure but for the clock. The times are of the system's clock, as a browser's `Date.now()` tells it.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

STEPS_PER_SECOND = 50
HEAD = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>A long page</title>
<style>
"""
_STYLE_LINES = 120
_WORDS = ("amber", "basalt", "cedar", "delta", "ember", "fjord", "grove", "harbor", "inlet")
_PROMPT = re.compile(r"pace page lines=(\d+) per_second=(\d+)")


@dataclass(frozen=True, slots=True)
class LongPage:
    """A document of `lines` lines, written with `per_second` tokens a second."""

    lines: int
    per_second: int

    def prompt(self) -> str:
        """The message that asks for it."""
        return f"pace page lines={self.lines} per_second={self.per_second}"

    @property
    def per_step(self) -> int:
        """Tokens that a step writes, as one with accepted drafts does."""
        return max(1, self.per_second // STEPS_PER_SECOND)

    def tokens(self) -> Iterator[str]:
        """The document, token by token; a line says when its beginning was taken from here."""
        yield from _split(HEAD)
        written = HEAD.count("\n")
        for number in range(_STYLE_LINES):
            yield from _split(f".r{number} {{ border-left: {number % 5}px solid #6a5; }}\n")
        yield from _split("</style>\n</head>\n<body>\n<h1>A long page</h1>\n")
        written += _STYLE_LINES + 4
        for number in range(written, self.lines - 2):
            at = round(time.time() * 1000)
            yield f'<p data-at="{at}" '
            yield from _split(_line(number))
        yield "</body>\n</html>\n"


def read_long_page(prompt: str) -> LongPage | None:
    """The page that a prompt asks for, if it asks for one."""
    found = _PROMPT.search(prompt)
    return LongPage(int(found[1]), int(found[2])) if found else None


def _line(number: int) -> str:
    word, other = _WORDS[number % len(_WORDS)], _WORDS[number * 7 % len(_WORDS)]
    return f'class="r{number % _STYLE_LINES}">{number} {word} and <b>{other}</b>, as told.</p>\n'


def _split(text: str) -> Iterator[str]:
    """Pieces of about the length of a token of code."""
    yield from re.findall(r"\s*\w{1,6}|\s*[^\w\s]{1,3}|\s+", text)
