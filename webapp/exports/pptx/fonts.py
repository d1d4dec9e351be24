"""Which font names a slide carries for a CSS font list. A file names fonts; it holds none. Pure."""

import re
import unicodedata
from collections.abc import Collection

# What has the widths of the fonts that a server's browser takes for these.
_GENERIC = {
    "serif": "Times New Roman",
    "ui-serif": "Times New Roman",
    "sans-serif": "Arial",
    "system-ui": "Arial",
    "ui-sans-serif": "Arial",
    "-apple-system": "Arial",
    "blinkmacsystemfont": "Arial",
    "ui-rounded": "Arial",
    "monospace": "Courier New",
    "ui-monospace": "Courier New",
    "cursive": "Comic Sans MS",
    "fantasy": "Impact",
    "math": "Cambria Math",
    "emoji": "Segoe UI Emoji",
}
_EAST_ASIAN = re.compile(
    r"noto (sans|serif) (sc|tc|hk|jp|kr|cjk)|source han|pingfang|yahei|simsun|simhei|hiragino"
    r"|yu ?gothic|meiryo|ms (gothic|mincho)|malgun|nanum|apple sd|ming|kai|heiti|songti|wenquanyi",
    re.IGNORECASE,
)
# The families that a document gets for its writing are on few machines; these are where
# PowerPoint is.
_OF_WRITING = {
    "noto sans cjk sc": "Microsoft YaHei",
    "noto sans cjk tc": "Microsoft JhengHei",
    "noto sans cjk jp": "Yu Gothic",
    "noto sans cjk kr": "Malgun Gothic",
}


def split_families(css: str) -> list[str]:
    """The names of a computed `font-family`, without quotes."""
    return [name.strip().strip("\"'") for name in css.split(",") if name.strip()]


def latin_font(css: str, available: Collection[str] | None = None) -> str:
    """The font of the Latin slot: the first that the browser had (`available`, in lower case),
    since its widths were measured. The first of all where that is not known, or none was there."""
    families = split_families(css)
    named = [name for name in families if not _EAST_ASIAN.search(name)] or families or ["Arial"]
    known = (n for n in named if n.lower() in _GENERIC or n.lower() in (available or ()))
    chosen = named[0] if available is None else next(known, named[0])
    return _GENERIC.get(chosen.lower(), chosen)[:80]


def east_asian_font(css: str, text: str, available: Collection[str] | None = None) -> str:
    """The font of the East Asian slot: a named one, else one that fits the script of `text`."""
    ideographic = "Microsoft YaHei"
    for name in split_families(css):
        if name.lower() in _OF_WRITING:
            ideographic = _OF_WRITING[name.lower()]
        elif _EAST_ASIAN.search(name):
            return name[:80]
    fonts = {"HANGUL": "Malgun Gothic", "KANA": "Yu Gothic", "CJK": ideographic}
    return fonts.get(_script(text)) or latin_font(css, available)


def _script(text: str) -> str:
    found = set()
    for character in text:
        if ord(character) > 0x1100:
            name = unicodedata.name(character, "")
            found.add(next((s for s in ("HANGUL", "HIRAGANA", "KATAKANA", "CJK") if s in name), ""))
    if "HANGUL" in found:
        return "HANGUL"
    if found & {"HIRAGANA", "KATAKANA"}:
        return "KANA"
    return "CJK" if "CJK" in found else ""
