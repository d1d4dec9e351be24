"""Tags of an HTML or SVG document with the places of their attributes, in one linear pass.

Pure. Reads as a browser's tokenizer does as far as finding tags goes: comments are skipped, the
text of scripts, styles and the like is no markup, and an unclosed tag or quote ends the document.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_TAG_NAME = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
_ATTRIBUTE = re.compile(
    r"[\s/]*+(?P<name>[^\s/>][^\s/>=]*+)"
    r"(?:\s*=\s*(?P<value>\"[^\"]*\"|'[^']*'|(?![\"'])[^\s>]*)|(?!\s*=))"
)
_TAG_END = re.compile(r"[\s/]*>")
# No person and no model writes such a tag; reading it would only cost time.
_MOST_ATTRIBUTES = 1000
_RAW = frozenset(("script", "style", "textarea", "title", "xmp", "noembed", "noframes"))


@dataclass(frozen=True, slots=True)
class Attribute:
    """`value` is unescaped; `start` and `end` hold the attribute with the space before it,
    `value_start` to `end` the value with its quotes."""

    name: str
    value: str
    start: int
    value_start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag. Where the element holds text and no markup, `text_start` to `text_end` is it,
    and `closed_end` the place after its end tag."""

    name: str
    attributes: tuple[Attribute, ...]
    start: int
    end: int
    text_start: int
    text_end: int
    closed_end: int

    def find(self, *names: str) -> Attribute | None:
        """The first attribute of one of these names."""
        return next((one for one in self.attributes if one.name in names), None)

    def value(self, name: str) -> str:
        """The attribute's value; empty where there is none."""
        found = self.find(name)
        return found.value if found else ""


def scan_tags(document: str) -> Iterator[Tag]:
    """Every start tag in order."""
    place = document.find("<")
    while place != -1:
        if document.startswith("<!--", place):
            place = _after(document, "-->", place + 4)
        else:
            head = _TAG_NAME.match(document, place)
            if head is None:
                place = document.find("<", place + 1)
                continue
            tag = _read_tag(document, head)
            if tag is None:
                return
            if not head[1]:
                yield tag
            place = tag.closed_end
        place = document.find("<", place) if place != -1 else -1


def _read_tag(document: str, head: re.Match[str]) -> Tag | None:
    """The tag, or None where the document ends within it."""
    name = head[2].lower()
    attributes: list[Attribute] = []
    place = head.end()
    while (end := _TAG_END.match(document, place)) is None:
        found = _ATTRIBUTE.match(document, place)
        if found is None or len(attributes) == _MOST_ATTRIBUTES:
            return None
        attributes.append(_attribute(found))
        place = found.end()
    stop = end.end()
    if head[1] or name not in _RAW:
        return Tag(name, tuple(attributes), head.start(), stop, stop, stop, stop)
    close = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(document, stop)
    text_end = close.start() if close else len(document)
    # Only the first candidate is looked at, so that a hostile document costs no second pass.
    after = _after(document, ">", close.end()) if close else -1
    closed = len(document) if after == -1 else after
    return Tag(name, tuple(attributes), head.start(), stop, stop, text_end, closed)


def _attribute(found: re.Match[str]) -> Attribute:
    raw = found["value"] or ""
    quoted = raw[:1] in ('"', "'")
    value = raw[1:-1] if quoted else raw
    value_start = found.start("value") if found["value"] is not None else found.end()
    return Attribute(
        found["name"].lower(), unescape(value), found.start(), value_start, found.end()
    )


def _after(document: str, sign: str, place: int) -> int:
    found = document.find(sign, place)
    return -1 if found == -1 else found + len(sign)
