"""Noticing text that stands for text: "rest of the code unchanged" where code should be.

What is stored is all there is, so such a remark loses what it stands for. A line that the document
had before is not a remark of this kind, whatever it says.
"""

import re
from collections.abc import Iterable

_PIECES = (
    r"code|contents?|html|markup|styles?|css|rules?|scripts?|javascript|js|functions?|methods?|"
    r"logic|implementation|file|document|page|pages|slides?|sections?|elements?|parts?|lines?|"
    r"body|imports?|variables?|setup|game|svg|text"
)
_REST = r"rest|remaining|remainder|existing|previous|original"
_OTHER = rf"everything else|(?:all|other|all other)\b.{{0,20}}\b(?:{_PIECES})"
_STAYS = (
    r"unchanged|not changed|no changes?|as before|"
    r"same as (?:before|above|previous(?:ly)?|original)|"
    r"(?:remains?|stays?|is|are|kept|keep) (?:exactly )?(?:the same|as is|as before|as it was)|"
    r"(?:goes|go|stays?) here|omitted|for brevity|unmodified|untouched"
)
_DOTS = r"(?:\.\.\.|…)"
_OPENERS = r"(?://+|/\*+|<!--|\#+|--|\{/\*|;+|%+)"
_CLOSERS = r"(?:\*/\}?|-->)?"
_CHINESE = r"(?:其余|剩余|其他|原有|以下|上面|之前).{0,16}(?:不变|相同|省略|同上|保持|一样)"

# What a whole remark says, without what opens and closes a comment.
_STANDS_FOR_TEXT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^\W*(?:the |your )*(?:(?:{_REST})\b.{{0,60}}|(?:{_OTHER})\b.{{0,30}})\b(?:{_STAYS})"
        r"(?:\W*$| (?:as|from|in|for)\b.{0,60}$)",
        rf"^{_DOTS}.{{0,20}}\b(?:{_REST})\b.{{0,60}}$",
        rf"^\W*(?:the |your )*(?:{_REST})\b.{{0,30}}\b(?:{_PIECES})\b.{{0,20}}{_DOTS}\W*$",
        rf"^\W*(?:{_PIECES})?\W*(?:{_STAYS})\W*$",
        rf"^.{{0,12}}{_CHINESE}.{{0,20}}$",
    )
)
_ONLY_DOTS = re.compile(rf"^{_DOTS}$")
_COMMENT = re.compile(rf"^{_OPENERS}\s*(.*?)\s*{_CLOSERS}$")
_BARE = re.compile(rf"^[\[(<{{]?\s*(?:{_DOTS}.*|.*{_DOTS}|(?:the )?rest of .*)$", re.IGNORECASE)
# `...rest` in a list or a call of JavaScript.
_SPREAD = re.compile(r"^\.\.\.[\w$.]+\W*$")
LONGEST_REMARK = 200


def find_elision(content: str, base: str) -> str | None:
    """The first line of `content` that stands for text which `base` has, or None."""
    known = {line.strip() for line in base.split("\n")}
    return next((line for line in _remarks(content.split("\n")) if line not in known), None)


def _remarks(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        stripped = line.strip()
        if 0 < len(stripped) <= LONGEST_REMARK and _is_remark(stripped):
            yield stripped


def _is_remark(line: str) -> bool:
    comment = _COMMENT.match(line)
    if comment is not None:
        said = comment.group(1)
        return bool(_ONLY_DOTS.match(said)) or _stands_for_text(said)
    if _SPREAD.match(line) or not _BARE.match(line):
        return False
    return _stands_for_text(line.strip("[](){}<> "))


def _stands_for_text(said: str) -> bool:
    return any(pattern.match(said) for pattern in _STANDS_FOR_TEXT)
