"""Small readers of computed CSS values. Pure."""

import math
from collections.abc import Iterator


def split_top_level(text: str, separator: str = ",") -> list[str]:
    """The parts of `text` between separators that stand in no parentheses."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == separator and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    parts.append(text[start:].strip())
    return [part for part in parts if part]


def pixels(text: str, default: float = 0.0) -> float:
    """The number before `px`, or `default` for what is no finite length in pixels."""
    try:
        value = float(text.strip().removesuffix("px"))
    except ValueError:
        return default
    return value if math.isfinite(value) else default


def length(text: str, whole: float) -> float | None:
    """Pixels of a length or of a percentage of `whole`; None for anything else."""
    text = text.strip()
    try:
        if text.endswith("%"):
            return float(text[:-1]) / 100 * whole
        return float(text.removesuffix("px"))
    except ValueError:
        return None


def degrees(text: str) -> float | None:
    """The angle in degrees, or None."""
    units = {"deg": 1.0, "grad": 0.9, "rad": 57.29577951308232, "turn": 360.0}
    for unit, factor in units.items():
        if text.endswith(unit):
            try:
                return float(text.removesuffix(unit)) * factor
            except ValueError:
                return None
    return None


def words(text: str) -> Iterator[str]:
    """The parts of `text` between spaces that stand in no parentheses."""
    yield from split_top_level(text, " ")
