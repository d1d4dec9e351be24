"""The themes that ship with us, and reading which theme is meant."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from webapp.artifacts.decks.contrast import READABLE, contrast_ratio
from webapp.artifacts.decks.theme import Theme, ThemeColors, ThemeFonts
from webapp.core.storable import storable_text

_SANS = "'Inter', 'Hanken Grotesk', system-ui, sans-serif"
_SERIF = "'Source Serif 4', Georgia, serif"
_DISPLAY = "'Space Grotesk', 'Hanken Grotesk', system-ui, sans-serif"
_MONO = "'JetBrains Mono', ui-monospace, monospace"


def _theme(name: str, colors: str, heading: str, body: str, radius: int) -> Theme:
    """`colors` in the order background, surface, text, muted, accent, accent2."""
    values = dict(zip(ThemeColors.model_fields, colors.split(), strict=True))
    return Theme(
        name=name,
        colors=ThemeColors(**values),
        fonts=ThemeFonts(heading=heading, body=body),
        radius=radius,
    )


NAMED_THEMES: tuple[Theme, ...] = (
    _theme("Paper", "#fbf9f4 #f1ece1 #221f1a #5f574b #9a3412 #1d5c63", _SERIF, _SANS, 4),
    _theme("Forest", "#f4f8f1 #e4eedd #16261a #44593f #1f6b35 #7a4e08", _SERIF, _SANS, 10),
    _theme("Ocean", "#f3f8fc #e0edf7 #0f2436 #3f566b #0b5c9e #0a6b66", _DISPLAY, _SANS, 14),
    _theme("Ember", "#1b1210 #2a1b17 #fbeee6 #d3b5a6 #ff9466 #ffc857", _DISPLAY, _SANS, 12),
    _theme("Midnight", "#0e1324 #192038 #eef1fb #aab4d4 #8fb4ff #f2b5e0", _DISPLAY, _SANS, 16),
    _theme("Graphite", "#17181a #232527 #f2f2f0 #b3b5b8 #7fd1b9 #f0c674", _SANS, _SANS, 8),
    _theme("Rose", "#fdf5f6 #f8e6ea #331722 #6d4754 #a81d55 #6a3aa8", _SERIF, _SANS, 18),
    _theme("Sunrise", "#fff8ec #fdecd0 #2f2010 #66502f #a54406 #8a2f6b", _DISPLAY, _SANS, 20),
    _theme("Terminal", "#0b100d #141d17 #d9f5e0 #93b89e #5be08a #e6c35c", _MONO, _MONO, 2),
    _theme("Chalk", "#ffffff #f2f4f7 #14171c #4d5562 #1f4fd8 #b3261e", _SANS, _SANS, 12),
)
DEFAULT_THEME = NAMED_THEMES[0]
# Words that say which of them is meant, where the name is not said.
_WORDS = {
    "Paper": "default classic cream beige brown editorial print",
    "Forest": "green nature natural eco plant plants garden environment",
    "Ocean": "blue sea water sky corporate business",
    "Ember": "red fire volcano lava dark-red",
    "Midnight": "dark navy night space purple violet indigo",
    "Graphite": "gray grey black neutral modern charcoal",
    "Rose": "pink magenta love wedding",
    "Sunrise": "orange yellow gold summer sunny",
    "Terminal": "code hacker matrix developer tech",
    "Chalk": "white light minimal minimalist simple clean plain",
}
_BY_WORD = {word: name for name, words in _WORDS.items() for word in words.split()}
_BY_NAME = {theme.name.lower(): theme for theme in NAMED_THEMES}


class ThemeRefused(Exception):
    """No theme is meant, or one that nobody can read; the text is a sentence."""


def parse_theme(value: object, *, base: Theme = DEFAULT_THEME) -> Theme:
    """A theme by its name, by a word such as `green`, or by tokens as JSON.

    Tokens that are left out are those of `base`. Raises ThemeRefused for an unknown name, faulty
    tokens, and text that cannot be read on its ground.
    """
    if isinstance(value, str) and value.strip().startswith("{"):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise ThemeRefused("The theme's tokens are not JSON.") from error
    if isinstance(value, Mapping):
        return _from_tokens(value, base)
    text = " ".join(str(value).lower().split())[:200] if isinstance(value, str) else ""
    named = _BY_NAME.get(text) or _find_named(text)
    if named is None:
        names = ", ".join(theme.name for theme in NAMED_THEMES)
        raise ThemeRefused(f'"{text[:40]}" is not a theme. There are: {names}; or give tokens.')
    return named


def contrast_problem(theme: Theme) -> str | None:
    """A sentence about the first pair of colors that is hard to read, or None."""
    colors = theme.colors
    for name, color in (("text", colors.text), ("muted", colors.muted)):
        for ground_name, ground in (("background", colors.background), ("surface", colors.surface)):
            ratio = contrast_ratio(color, ground)
            if ratio < READABLE:
                return (
                    f"{name} {color} on {ground_name} {ground} has a contrast of {ratio:.1f}:1;"
                    f" it needs {READABLE}:1."
                )
    return None


def _find_named(text: str) -> Theme | None:
    words = text.replace(",", " ").replace("-", " ").split()
    for word in words:
        if word in _BY_NAME:
            return _BY_NAME[word]
    found = [_BY_WORD[word] for word in words if word in _BY_WORD]
    # "dark green" is a dark theme only if no color says more.
    found.sort(key=lambda name: name == "Midnight")
    return _BY_NAME[found[0].lower()] if found else None


def _from_tokens(tokens: Mapping[str, Any], base: Theme) -> Theme:
    start = _BY_NAME.get(str(tokens.get("base", "")).lower(), base)
    values = start.model_dump()
    for group in ("colors", "fonts"):
        given = tokens.get(group, {})
        if not isinstance(given, Mapping):
            raise ThemeRefused(f"The theme's {group} are names with values.")
        values[group] |= given
    values |= {key: tokens[key] for key in ("name", "radius") if key in tokens}
    values["name"] = storable_text(str(tokens.get("name") or ""))[:60].strip() or "Custom"
    try:
        theme = Theme.model_validate(values)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in problem["loc"])
        raise ThemeRefused(
            f"{place}: {problem['msg']}. A theme is name, colors (background, surface, text, muted,"
            " accent, accent2 as #rrggbb), fonts (heading, body) and radius."
        ) from error
    problem_text = contrast_problem(theme)
    if problem_text:
        raise ThemeRefused(problem_text)
    return theme
