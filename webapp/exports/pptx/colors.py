"""Computed CSS colors as sRGB. Pure.

Formulas for `oklab()` and `oklch()`: CSS Color 4, and Björn Ottosson's definition of Oklab.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

_CALL = re.compile(r"^(rgba?|oklab|oklch|lab|lch|color)\((.*)\)$")


@dataclass(frozen=True, slots=True)
class Color:
    """Red, green, blue from 0 to 255; alpha from 0 to 1."""

    red: int
    green: int
    blue: int
    alpha: float = 1.0

    @property
    def hex(self) -> str:
        """Six upper-case digits, without alpha."""
        return f"{self.red:02X}{self.green:02X}{self.blue:02X}"

    def faded(self, opacity: float) -> "Color":
        """The same color, let through by `opacity` more."""
        return Color(self.red, self.green, self.blue, self.alpha * opacity)


TRANSPARENT = Color(0, 0, 0, 0.0)
BLACK = Color(0, 0, 0)


def parse_color(text: str) -> Color | None:
    """The color as the browser computed it, or None for a form that is not known."""
    text = text.strip().lower()
    if text in ("transparent", "none", ""):
        return TRANSPARENT
    match = _CALL.match(text)
    if match is None:
        return None
    name, body = match.groups()
    channels, _, alpha = body.replace(",", " ").partition("/")
    words = channels.split()
    if name == "rgba" and len(words) == 4:
        alpha = words.pop()
    if name == "color" and words:
        space = words.pop(0)
        if space not in ("srgb", "display-p3", "srgb-linear"):
            return None
        name = space
    try:
        numbers = [_number(word) for word in words]
        opacity = _number(alpha) if alpha.strip() else 1.0
    except ValueError:
        return None
    return _from_channels(name, numbers, opacity) if len(numbers) == 3 else None


def _number(word: str) -> float:
    word = word.strip()
    if word == "none":
        return 0.0
    if word.endswith("%"):
        return float(word[:-1]) / 100
    return float(word.removesuffix("deg"))


def _from_channels(name: str, channels: list[float], alpha: float) -> Color | None:
    first, second, third = channels
    if name.startswith("rgb"):
        return _color([value / 255 for value in channels], alpha)
    if name in ("srgb", "display-p3"):
        return _color(channels, alpha)
    if name == "srgb-linear":
        return _color([_gamma(value) for value in channels], alpha)
    if name == "oklch":
        hue = math.radians(third)
        first, second, third = first, second * math.cos(hue), second * math.sin(hue)
    if name in ("oklab", "oklch"):
        return _color([_gamma(value) for value in _oklab(first, second, third)], alpha)
    return None


def _color(channels: Sequence[float], alpha: float) -> Color:
    red, green, blue = (max(0, min(255, round(value * 255))) for value in channels)
    return Color(red, green, blue, max(0.0, min(1.0, alpha)))


def _oklab(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _gamma(value: float) -> float:
    if value <= 0.0031308:
        return 12.92 * value
    return float(1.055 * value ** (1 / 2.4) - 0.055)
