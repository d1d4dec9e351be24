"""Builds the deck viewer: pages, style and script in one document that asks no network.

Each page is a document of its own, in a sandboxed frame. Pure, apart from three files beside it.
"""

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent
_TEMPLATE = (_HERE / "viewer.html").read_text("utf-8")
_STYLE = (_HERE / "viewer.css").read_text("utf-8")
_PLACES = re.compile(r"\[\[([A-Z]+)\]\]")
_SCRIPT = (_HERE / "viewer.js").read_text("utf-8")
# Keys and swipes reach the frame that has the focus: it passes them on.
_FORWARDER = (
    "<script>(()=>{const tell=(m)=>parent.postMessage({atelier:m},'*');"
    "addEventListener('keydown',(e)=>{if(e.ctrlKey||e.metaKey||e.altKey)return;"
    "const t=e.target;if(t&&/^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName))return;tell({key:e.key})});"
    "let x=null;addEventListener('touchstart',(e)=>{x=e.changedTouches[0].clientX},{passive:true});"
    "addEventListener('touchend',(e)=>{if(x!==null)tell({swipe:e.changedTouches[0].clientX-x});"
    "x=null},{passive:true})})()</script>"
)


_DATA_URL = re.compile(r"data:[\w./+-]+;base64,[A-Za-z0-9+/=]{1000,}")


@dataclass(frozen=True, slots=True)
class ViewerPage:
    """One page: `document` is a whole HTML document that needs no network."""

    title: str
    document: str
    notes: str = ""


def build_deck_viewer(title: str, pages: Sequence[ViewerPage]) -> str:
    """The viewer with all pages inside: keyboard, touch, notes, full screen and printing."""
    shared = _Shared([_with_forwarder(page.document) for page in pages])
    data = {
        "shared": shared.addresses,
        "pages": [
            {"title": page.title, "notes": page.notes, "document": parts}
            for page, parts in zip(pages, shared.documents, strict=True)
        ],
    }
    parts = {
        "TITLE": html.escape(title),
        "STYLE": _STYLE,
        "SCRIPT": _SCRIPT,
        "COUNT": str(len(pages)),
        "PAGES": _script_json(data),
    }
    # In one go, so that no part is looked at for places of others.
    return _PLACES.sub(lambda place: parts[place.group(1)], _TEMPLATE)


class _Shared:
    """Documents whose long data addresses, mostly of fonts, are kept once: each document is its
    texts and, between them, places in `addresses`."""

    def __init__(self, documents: Sequence[str]) -> None:
        places: dict[str, int] = {}
        self.documents: list[list[str | int]] = []
        for document in documents:
            parts: list[str | int] = []
            end = 0
            for found in _DATA_URL.finditer(document):
                place = places.setdefault(found[0], len(places))
                parts += (document[end : found.start()], place)
                end = found.end()
            self.documents.append([*parts, document[end:]])
        self.addresses = list(places)


def _with_forwarder(document: str) -> str:
    """The document with the forwarder at its end, where it cannot come before a doctype."""
    return document + _FORWARDER


def _script_json(data: object) -> str:
    """JSON that no `</script>` or `<!--` in it can leave."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
