"""The whole HTML document of a made thing, as the panel, the checks, exports and publications
load it. Pure: the same content and attributes give the same document everywhere.
"""

import html
import re

from markdown_it import MarkdownIt

from webapp.artifacts.attributes import VersionAttributes
from webapp.artifacts.decks.theme import Theme, theme_css
from webapp.artifacts.poster_size import DEFAULT_SIZE, PosterSize, parse_size
from webapp.core.events import ArtifactKind
from webapp.shelf.catalog import read_catalog
from webapp.shelf.font_lists import add_family
from webapp.shelf.fonts import font_links, writing_markup
from webapp.shelf.writing import find_writing

PAGE_WIDTH_PX = 1280
PAGE_HEIGHT_PX = 720

# What may stand before the first thing that is shown: comments, doctype, <html>, <head>.
_COMMENTS = r"(?:<!--.*?-->\s*)*"
_OPENING = re.compile(
    rf"\A\ufeff?\s*{_COMMENTS}(?:<!doctype[^>]*>\s*)?{_COMMENTS}(?:<html(?:\s[^>]*)?>\s*)?{_COMMENTS}"
    r"(?:<head(?:\s[^>]*)?>)?",
    re.IGNORECASE | re.DOTALL,
)
_SVG_ROOT = re.compile(r"\A\ufeff?\s*(?:<\?xml.*?\?>\s*)?(?:<!--.*?-->\s*)*<svg[\s>]", re.I | re.S)
# In :where(), so that every rule of the page itself wins.
_THEME_DEFAULTS = (
    ":where(body){background:var(--background);color:var(--text);font-family:var(--body-font)}"
    ":where(h1,h2,h3,h4){font-family:var(--heading-font)}"
)
_PLAIN_STYLE = """
html, body { height: 100%; margin: 0 }
body { background: #f6f5f2; color: #1f1d1a }
:root[data-theme="dark"] body { background: #201f1d; color: #ece9e4 }
"""
_SVG_STYLE = """
body { display: grid; place-items: center; box-sizing: border-box; padding: 32px }
body > svg { display: block; max-width: 100%; max-height: calc(100vh - 64px) }
body > svg[viewBox] { width: min(100%, 760px); height: auto }
"""
_TEXT_STYLE = """
main { box-sizing: border-box; max-width: 760px; margin: 0 auto; padding: 40px 32px;
  font: 17px/1.6 system-ui, sans-serif; overflow-wrap: break-word }
h1, h2, h3 { line-height: 1.25 }
a { color: inherit }
pre, code { font-family: ui-monospace, monospace; font-size: 0.9em }
pre { overflow-x: auto; padding: 16px; border-radius: 8px; background: rgb(128 120 110 / 14%) }
table { border-collapse: collapse }
th, td { padding: 6px 12px; border: 1px solid rgb(128 120 110 / 45%); text-align: left }
blockquote { margin-left: 0; padding-left: 16px; border-left: 3px solid rgb(128 120 110 / 45%) }
img { max-width: 100% }
"""
_CODE_STYLE = """
pre { box-sizing: border-box; min-height: 100%; margin: 0; padding: 24px 32px; tab-size: 4;
  font: 14px/1.6 ui-monospace, monospace; overflow-x: auto }
"""
_MERMAID_STYLE = """
body { display: grid; place-items: center; box-sizing: border-box; padding: 32px }
pre { max-width: 100%; margin: 0; font: 14px/1.6 ui-monospace, monospace }
pre svg { max-width: 100%; max-height: calc(100vh - 64px) }
"""
_MERMAID_START = (
    "if(window.mermaid){mermaid.initialize({startOnLoad:true,securityLevel:'strict',theme:"
    "document.documentElement.dataset.theme==='dark'?'dark':'default'})}"
)


def to_document(
    kind: ArtifactKind,
    content: str,
    attributes: VersionAttributes,
    theme: Theme | None = None,
) -> str:
    """The document that shows `content`; for a deck, `content` is one page and `theme` its look.

    Pages and posters get their exact size, since whoever prints them relies on it. What holds East
    Asian text gets a font that draws it, since not every machine has one.
    """
    return _with_writing_font(_document(kind, content, attributes, theme))


def _document(
    kind: ArtifactKind, content: str, attributes: VersionAttributes, theme: Theme | None
) -> str:
    match kind:
        case ArtifactKind.HTML:
            return content
        case ArtifactKind.DECK:
            return _sized(content, "1280px", "720px", theme)
        case ArtifactKind.POSTER:
            size = poster_size(attributes)
            page = _svg_poster(content) if _SVG_ROOT.match(content) else content
            return _sized(page, *size.css, None)
        case ArtifactKind.SVG:
            return _plain_page(_SVG_STYLE, content)
        case ArtifactKind.MARKDOWN:
            return _plain_page(_TEXT_STYLE, f"<main>{render_markdown(content)}</main>")
        case ArtifactKind.MERMAID:
            return _mermaid_page(content)
        case ArtifactKind.CODE:
            return _plain_page(_CODE_STYLE, f"<pre><code>{html.escape(content)}</code></pre>")


def poster_size(attributes: VersionAttributes) -> PosterSize:
    """The size that the version says, or the default."""
    return parse_size(attributes.size or DEFAULT_SIZE)


def render_markdown(text: str) -> str:
    """CommonMark with tables, as HTML; HTML in the text is shown, not obeyed."""
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return str(parser.render(text))


def insert_into_head(document: str, markup: str) -> str:
    """The document with `markup` as the first thing of its head, wherever that begins."""
    opening = _OPENING.match(document)
    end = opening.end() if opening else 0
    return document[:end] + markup + document[end:]


def _with_writing_font(document: str) -> str:
    writing = find_writing(document)
    if writing is None:
        return document
    font = read_catalog().writing_font(writing)
    return insert_into_head(add_family(document, font.family), writing_markup(font))


def _sized(content: str, width: str, height: str, theme: Theme | None) -> str:
    rules = (
        f"@page{{size:{width} {height};margin:0}}"
        f"html,body{{width:{width}!important;height:{height}!important;margin:0!important;"
        "box-sizing:border-box!important;overflow:hidden!important;"
        "print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    )
    markup = f'<meta charset="utf-8"><style id="size">{rules}</style>'
    if theme is not None:
        markup += font_links(theme.fonts.heading, theme.fonts.body)
        markup += f'<style id="theme">{theme_css(theme)}{_THEME_DEFAULTS}</style>'
    return insert_into_head(content, markup)


def _svg_poster(content: str) -> str:
    style = "body>svg{display:block;width:100%;height:100%}"
    root = content[content.index("<svg") if "<svg" in content else 0 :]
    return f"<!doctype html><html><head><style>{style}</style></head><body>{root}</body></html>"


def _plain_page(style: str, body: str, end: str = "") -> str:
    head = f'<meta charset="utf-8"><style>{_PLAIN_STYLE}{style}</style>'
    return f"<!doctype html><html><head>{head}</head><body>{body}{end}</body></html>"


def _mermaid_page(content: str) -> str:
    """Without the library the text of the diagram is shown as it is."""
    body = f'<pre class="mermaid">{html.escape(content)}</pre>'
    mermaid = read_catalog().script("mermaid")
    scripts = f'<script src="{mermaid}"></script><script>{_MERMAID_START}</script>'
    return _plain_page(_MERMAID_STYLE, body, scripts)
