"""Pages of decks: small documents of 1280 by 720 pixels that take their look from the theme.

The server gives a page its size, its ground, its fonts and the theme's custom properties.
"""

import html
from collections.abc import Sequence

from engine.training.corpus.languages import Language

_COVER = """body{display:grid;align-content:center;padding:80px;\
border-left:32px solid var(--accent)}
h1{margin:0;font-size:84px}
p{font-size:34px}"""
_LIST = """body{display:grid;grid-template-rows:auto 1fr;padding:48px 80px;font-size:34px}
h1{color:var(--accent);font-size:52px}
ul{display:grid;gap:24px;margin:0;padding:0;list-style:none@COLUMNS}
li{display:grid;align-items:center;padding:0 32px;background:var(--surface);\
border-left:12px solid var(--accent2)}"""
_ROWS = _LIST.replace("@COLUMNS", "")
_CARDS = _LIST.replace("@COLUMNS", ";grid-template-columns:1fr 1fr 1fr")
_STATEMENT = """body{display:grid;align-content:center;padding:80px;\
border-left:32px solid var(--accent2)}
h1{color:var(--accent);font-size:34px}
p{margin:0;font-size:52px}"""
_FACT_STYLES = (_ROWS, _CARDS)


def render_cover(language: Language, title: str, subtitle: str) -> str:
    """The first page."""
    return _page(language, _COVER, [_tag("h1", title), _tag("p", subtitle)])


def render_facts(language: Language, number: int, title: str, points: Sequence[str]) -> str:
    """Page `number` (from 0) of those that tell something: two layouts in turn."""
    return _list_page(language, _FACT_STYLES[number % len(_FACT_STYLES)], title, points)


def render_rows(language: Language, title: str, points: Sequence[str]) -> str:
    """A page of up to five short points, one below the other."""
    return _list_page(language, _ROWS, title, points)


def render_statement(language: Language, title: str, text: str) -> str:
    """A page with one sentence, large."""
    return _page(language, _STATEMENT, [_tag("h1", title), _tag("p", text)])


def escape(text: str) -> str:
    """`text` as it stands in a page."""
    return html.escape(text, quote=False)


def _list_page(language: Language, style: str, title: str, points: Sequence[str]) -> str:
    items = [_tag("li", point) for point in points]
    return _page(language, style, [_tag("h1", title), "<ul>", *items, "</ul>"])


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _page(language: Language, style: str, body: Sequence[str]) -> str:
    head = f'<!DOCTYPE html>\n<html lang="{language.value}">\n<style>\n{style}\n</style>'
    return "\n".join((head, *body, "</html>"))
