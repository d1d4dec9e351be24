"""Styles of the shelf inside a document: imports as text, fonts and pictures as data URLs."""

import posixpath
import re
from base64 import b64encode
from bisect import bisect_left
from collections.abc import Callable
from functools import lru_cache
from html import unescape

from webapp.shelf.catalog import LIB
from webapp.shelf.edits import Replacement, apply_replacements
from webapp.shelf.files import CONTENT_TYPES
from webapp.shelf.styles import scan_addresses

_FACE = re.compile(r"(?:/\*[^*]*\*/\s*)?@font-face\s*\{[^}]*\}\s*")
_RANGES = re.compile(r"unicode-range:\s*([^;}]+)", re.IGNORECASE)
_RANGE = re.compile(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", re.IGNORECASE)
_ESCAPED = re.compile(r"\\u\{?([0-9A-Fa-f]{4,6})\}?")
_DEEPEST = 5


def data_url(address: str, content: bytes) -> str:
    """The file as a data URL."""
    suffix = posixpath.splitext(address)[1]
    kind = CONTENT_TYPES.get(suffix, "application/octet-stream").replace("; ", ";")
    return f"data:{kind};base64,{b64encode(content).decode()}"


class InlinedStyles:
    """Inlines styles for one document, whose characters say which font faces are needed."""

    def __init__(self, read: Callable[[str], bytes | None], document: str) -> None:
        self._read = read
        escaped = {int(code, 16) for code in _ESCAPED.findall(document)}
        self._characters = sorted({ord(one) for one in unescape(document)} | escaped)

    def inline_file(self, address: str) -> str | None:
        """The style at `address`, with all that it names inside it."""
        return self._inline_file(address, 0)

    def inline(self, style: str, base: str = "", depth: int = 0) -> str:
        """The style with its addresses on the shelf inlined; `base` is where it stands itself."""
        changes = []
        for found in scan_addresses(style):
            address = self._address(found.text, base)
            text = self._inlined(address, found.imported, depth) if address else None
            if text is not None:
                changes.append(Replacement(found.start, found.end, text))
        return apply_replacements(style, changes)

    def _inline_file(self, address: str, depth: int) -> str | None:
        content = self._read(address) if depth < _DEEPEST else None
        if content is None:
            return None
        return self.inline(self._needed_faces(content.decode()), address, depth + 1)

    def _inlined(self, address: str, imported: bool, depth: int) -> str | None:
        if imported:
            # An import must come first in its style; as a data URL it may stay where it is.
            style = self._inline_file(address, depth)
            return None if style is None else f'@import url("{data_url(address, style.encode())}")'
        content = self._read(address)
        return None if content is None else f'url("{data_url(address, content)}")'

    def _address(self, text: str, base: str) -> str | None:
        if not text.startswith("/") and base and ":" not in text and not text.startswith("#"):
            text = posixpath.normpath(posixpath.join(posixpath.dirname(base), text))
        return text.partition("#")[0].partition("?")[0] if text.startswith(LIB) else None

    def _needed_faces(self, style: str) -> str:
        return _FACE.sub(lambda face: face[0] if self._is_needed(face[0]) else "", style)

    def _is_needed(self, face: str) -> bool:
        ranges = _RANGES.search(face)
        if ranges is None:
            return True
        return any(self._has_between(start, end) for start, end in _read_spans(ranges[1]))

    def _has_between(self, start: int, end: int) -> bool:
        place = bisect_left(self._characters, start)
        return place < len(self._characters) and self._characters[place] <= end


@lru_cache(maxsize=4096)
def _read_spans(ranges: str) -> tuple[tuple[int, int], ...]:
    """First and last code points; a deck asks for those of the same faces with each page."""
    return tuple((int(a, 16), int(b or a, 16)) for a, b in _RANGE.findall(ranges))
