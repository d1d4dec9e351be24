"""Addresses in CSS: `@import` and `url()`. Pure, one linear pass."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"/\*(?:.*?\*/|.*\Z)"
    r"|(?P<rule>@import\s+)?(?P<whole>"
    r"url\(\s*(?P<url>\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'()]*)\s*\)"
    r"|\"(?P<double>(?:\\.|[^\"\\\n])*+)\"?|'(?P<single>(?:\\.|[^'\\\n])*+)'?)",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class StyleAddress:
    """An address in a style. For an import, `start` to `end` is the rule without what follows the
    address (layer, media, semicolon); else the whole `url(…)`."""

    text: str
    start: int
    end: int
    imported: bool


def scan_addresses(style: str) -> Iterator[StyleAddress]:
    """Every address in order. Strings that are no import are skipped."""
    for token in _TOKEN.finditer(style):
        imported = token["rule"] is not None
        if token["url"] is not None:
            yield StyleAddress(token["url"].strip("\"'"), *token.span(), imported)
        elif imported:
            text = token["double"] or token["single"] or ""
            yield StyleAddress(text, *token.span(), imported)
