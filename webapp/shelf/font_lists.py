"""Adds a family to every font list of a document, behind the named ones and before those that only
say a look (`sans-serif`), whose font is another one on each machine.

Pure, one linear pass. Looks at styles, style attributes and the `font-family` of SVG. Lists that
scripts write are not seen.
"""

import re
from collections.abc import Iterator
from html import escape

from webapp.shelf.edits import Replacement, apply_replacements
from webapp.shelf.markup import Attribute, scan_tags

_TOKEN = re.compile(
    r"/\*(?:.*?\*/|.*\Z)"
    r"|\"(?:\\.|[^\"\\\n])*+\"?|'(?:\\.|[^'\\\n])*+'?"
    r"|@(?P<rule>[\w-]++)"
    r"|(?<![\w$@.#-])(?P<name>font-family|font|--(?=[\w-]*font)[\w-]++)\s*+:"
    r"|(?P<sign>[{};])",
    re.DOTALL | re.IGNORECASE,
)
_VALUE = re.compile(
    r"(?:/\*(?:(?!\*/).)*+\*/|\"(?:\\.|[^\"\\\n])*+\"|'(?:\\.|[^'\\\n])*+'|[^;{}\"'!/]|/)*+",
    re.DOTALL,
)
# In these, `font-family` says the name of a font and is no list.
_NAMING_RULES = ("font-face", "font-feature-values", "font-palette-values")
_LOOK = (
    r"(?:(?:ui-)?(?:sans-)?serif|(?:ui-)?monospace|ui-rounded|cursive|fantasy|system-ui|math|emoji"
    r"|fangsong|-apple-system|BlinkMacSystemFont)"
)
_IS_LOOK = re.compile(rf"\s*({_LOOK})", re.IGNORECASE)
# In `font`, the list follows the size: `italic 20px/1.4 serif`.
_LOOK_AFTER_SIZE = re.compile(
    rf"(?:\d[\w.%]*+|\)|small|medium|large|smaller|larger|normal)\s+({_LOOK})\Z", re.IGNORECASE
)
# These stand for a whole list, or for a whole font.
_KEYWORDS = re.compile(
    r"(?:inherit|initial|unset|revert|revert-layer|caption|icon|menu|message-box|small-caption"
    r"|status-bar)?",
    re.IGNORECASE,
)


def add_family(document: str, family: str) -> str:
    """The HTML document with `family` in each list; adding it again changes nothing."""
    changes: list[Replacement] = []
    for tag in scan_tags(document):
        if tag.name == "style":
            style = document[tag.text_start : tag.text_end]
            changes += _changes(style, family, tag.text_start)
        for attribute in tag.attributes:
            changes += _attribute_change(attribute, family)
    return apply_replacements(document, changes)


def add_family_to_style(style: str, family: str) -> str:
    """The CSS with `family` in each list."""
    return apply_replacements(style, _changes(style, family, 0))


def add_to_list(value: str, family: str) -> str:
    """A value of `font-family` or `font` with `family` in it."""
    text = value.rstrip()
    if _KEYWORDS.fullmatch(text.lstrip()) or family in text:
        return value
    place = _find_looks(text)
    if place is None:
        return f"{text},{family}{value[len(text) :]}"
    return f"{value[:place]}{family},{value[place:]}"


def _find_looks(text: str) -> int | None:
    """Where the looks at the end of a list begin; None if its last family is a named one."""
    found, end = None, len(text)
    while end >= 0:
        comma = text.rfind(",", 0, end)
        item = text[comma + 1 : end].rstrip()
        look = _IS_LOOK.fullmatch(item)
        if look is None:
            size = _LOOK_AFTER_SIZE.search(item)
            return comma + 1 + size.start(1) if size else found
        found, end = comma + 1 + look.start(1), comma
    return found


def _attribute_change(attribute: Attribute, family: str) -> Iterator[Replacement]:
    if attribute.name == "style":
        value = add_family_to_style(attribute.value, family)
    elif attribute.name == "font-family":
        value = add_to_list(attribute.value, family)
    else:
        return
    if value != attribute.value:
        yield Replacement(attribute.value_start, attribute.end, f'"{escape(value)}"')


def _changes(style: str, family: str, start: int) -> Iterator[Replacement]:
    place, rule, naming_depth, depth = 0, "", 0, 0
    while (token := _TOKEN.search(style, place)) is not None:
        place = token.end()
        if token["rule"]:
            rule = token["rule"].lower()
        elif token["sign"] == "{":
            depth += 1
            if rule in _NAMING_RULES and not naming_depth:
                naming_depth = depth
            rule = ""
        elif token["sign"] == "}":
            naming_depth = 0 if naming_depth == depth else naming_depth
            depth = max(0, depth - 1)
        elif token["sign"] == ";":
            rule = ""
        elif token["name"] and not naming_depth:
            found = _VALUE.match(style, place)
            end = found.end() if found else place
            place = end
            if style[end : end + 1] != "{":
                value = style[token.end() : end]
                added = _added(token["name"].lower(), value, family)
                if added != value:
                    yield Replacement(start + token.end(), start + end, added)


def _added(name: str, value: str, family: str) -> str:
    if name.startswith("--") and _find_looks(value.rstrip()) is None:
        return value  # A size, a weight, or a list that is completed where it is used.
    return add_to_list(value, family)
