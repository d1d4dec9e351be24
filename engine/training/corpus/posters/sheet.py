"""The sheet itself: one HTML document that fills paper or screen of any shape.

The server sets width and height of the page; all measures are shares of its smaller side, so that
the same document is a poster of every size.
"""

import html
from dataclasses import dataclass
from enum import StrEnum

from engine.training.corpus.languages import Language


class PosterKind(StrEnum):
    """What a poster is for; the value begins its id."""

    EVENT = "event"
    PRODUCT = "product"
    FILM = "film"
    TRAVEL = "travel"
    CONFERENCE = "conference"


# Ground and ink of a poster whose color is not asked for.
DEFAULT_COLORS = {
    PosterKind.EVENT: "purple",
    PosterKind.PRODUCT: "teal",
    PosterKind.FILM: "crimson",
    PosterKind.TRAVEL: "blue",
    PosterKind.CONFERENCE: "navy",
}
# Dark grounds for white letters: at least 4.5 to 1 each.
GROUNDS = {
    "purple": "#5b2a86",
    "teal": "#00695f",
    "crimson": "#a3122f",
    "blue": "#1450a3",
    "navy": "#12264f",
    "green": "#1d6b34",
    "red": "#b01919",
    "black": "#161616",
    "brown": "#6b4226",
    "pink": "#a8246b",
}
_PICTURES = {
    PosterKind.EVENT: '<circle cx="25" cy="30" r="18"/><circle cx="62" cy="22" r="10"/>'
    '<circle cx="80" cy="40" r="14"/><circle cx="48" cy="45" r="7"/>',
    PosterKind.PRODUCT: '<path d="M50 4l42 18v26l-42 12l-42-12v-26z"/>'
    '<path d="M8 22l42 16l42-16M50 38v22" fill="none" stroke="#0008"/>',
    PosterKind.FILM: '<path d="M10 16h80v36h-80zM10 4l78-4l2 10l-78 4z"/>'
    '<path d="M42 24v20l18-10z" fill="#0009"/>',
    PosterKind.TRAVEL: '<circle cx="72" cy="16" r="10"/><path d="M0 60l30-42l20 26l14-16l36 32z"/>',
    PosterKind.CONFERENCE: '<path d="M8 4h52v30h-30l-12 12v-12h-10z"/>'
    '<path d="M66 18h26v28h-8v10l-10-10h-26v-8h18z" opacity=".7"/>',
}
_SHEET = """<!DOCTYPE html>
<html lang="{language}">
<style>
html{{container-type:size}}
body{{display:grid;grid-template-rows:auto 1fr auto;padding:7cqmin;background:{ground};color:white;\
font:6cqmin sans-serif}}
h1{{margin:0;font-size:12cqmin;line-height:1.1;overflow-wrap:anywhere}}
svg{{width:100%;height:100%;min-height:0;fill:#fff4}}
p{{margin:1cqmin 0;font-weight:bold}}
</style>
<h1>{name}</h1>
<svg viewBox="0 0 100 60">{picture}</svg>
<div>
<p>{kicker}</p>
<p>{date}</p>
<p>{place}</p>
</div>
</html>"""


@dataclass(frozen=True, slots=True)
class Poster:
    """The slots; `date` and `place` may be empty."""

    language: Language
    kind: PosterKind
    kicker: str
    name: str
    date: str
    place: str
    color: str


def render_poster(slots: Poster) -> str:
    """The whole document, without a line for what is not known."""
    document = _SHEET.format(
        language=slots.language.value,
        ground=GROUNDS[slots.color],
        picture=_PICTURES[slots.kind],
        kicker=slots.kicker,
        name=html.escape(slots.name, quote=False),
        date=html.escape(slots.date, quote=False),
        place=html.escape(slots.place, quote=False),
    )
    return document.replace("<p></p>\n", "")
