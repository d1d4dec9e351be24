"""In which East Asian writing a document is, told by its letters and its language. Pure.

The same ideograph is drawn in four ways, and one code point does not say which is meant.
"""

import re
from collections import Counter
from functools import cache
from html import unescape

from webapp.shelf.catalog import Writing
from webapp.shelf.markup import scan_tags

_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\uff66-\uff9d]")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")
_IDEOGRAPH = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_ANY = re.compile(
    r"[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
    r"\U00020000-\U000323af]"
)
_ESCAPED = re.compile(r"\\u\{?([0-9A-Fa-f]{4,5})\}?")
# Plain Chinese may be either.
_LANGUAGES = (
    (re.compile(r"ja\b"), (Writing.JPAN,)),
    (re.compile(r"ko\b"), (Writing.KORE,)),
    (re.compile(r"(?:zh|yue)\b.*-(?:hant|tw|hk|mo)\b"), (Writing.HANT,)),
    (re.compile(r"zh\b.*-(?:hans|cn|sg|my)\b"), (Writing.HANS,)),
    (re.compile(r"(?:zh|yue)\b"), (Writing.HANS, Writing.HANT)),
)
# A root or body that says its language does so early.
_FIRST_TAGS = 40


def find_writing(document: str) -> Writing | None:
    """The writing that most of the document is in; None if it has no East Asian character.

    Letters that only one writing has decide where there are many of them, then the language that
    the document declares, then what is left.
    """
    if document.isascii() and "&#" not in document and "\\u" not in document:
        return None
    text = unescape(document) + _unescape_scripts(document)
    if _ANY.search(text) is None:
        return None
    kana, hangul = len(_KANA.findall(text)), len(_HANGUL.findall(text))
    ideographs = Counter(_IDEOGRAPH.findall(text))
    letters = kana + hangul + ideographs.total()
    if hangul * 2 > letters:
        return Writing.KORE
    if kana * 4 > letters:
        return Writing.JPAN
    counts = {**_count_chinese(ideographs), Writing.JPAN: kana, Writing.KORE: hangul}
    return max(_declared(document) or counts, key=lambda writing: counts[writing])


def _unescape_scripts(document: str) -> str:
    codes = (int(code, 16) for code in _ESCAPED.findall(document))
    return "".join(chr(code) for code in codes if not 0xD800 <= code <= 0xDFFF)


def _declared(document: str) -> tuple[Writing, ...]:
    """What the language of the root or the body leaves open; empty where it says nothing."""
    for _, tag in zip(range(_FIRST_TAGS), scan_tags(document), strict=False):
        if tag.name in ("html", "body", "svg"):
            language = (tag.value("lang") or tag.value("xml:lang")).strip().lower()
            for pattern, writings in _LANGUAGES:
                if pattern.match(language):
                    return writings
    return ()


def _count_chinese(ideographs: Counter[str]) -> dict[Writing, int]:
    """How many of the ideographs have a form that one of the two standards alone knows."""
    counts = {Writing.HANS: 0, Writing.HANT: 0}
    for character, count in ideographs.items():
        is_simplified, is_traditional = _is_in("gb2312", character), _is_in("big5", character)
        if is_simplified != is_traditional:
            counts[Writing.HANS if is_simplified else Writing.HANT] += count
    return counts


@cache
def _is_in(encoding: str, character: str) -> bool:
    """True if the national standard has the character: it was made for one writing alone."""
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
