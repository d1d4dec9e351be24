"""How many colors a page has."""

import math
from collections.abc import Iterator

from webapp.artifacts.checks import Finding
from webapp.rendering.check.codes import FindingCode
from webapp.rendering.check.facts import PageFacts
from webapp.rendering.check.findings import warning
from webapp.rendering.check.rules.bounds import is_seen

MOST_COLORS = 6
# Tints and shades of one hue are one color to the eye, and grays are none.
SAME_HUE_DEGREES = 25.0
LEAST_CHROMA = 0.04
_Color = tuple[int, int, int]


def find_many_colors(facts: PageFacts) -> Iterator[Finding]:
    """More hues of letters, boxes, edges and shapes than a page should have, at the one that is
    nearest to another. Photographs and canvases are not looked into."""
    hues = _group_hues(_list_colors(facts))
    if len(hues) <= MOST_COLORS:
        return
    gaps = [(_distance(hues[i][0], hues[i - 1][0]), i) for i in range(len(hues))]
    _, odd = min(gaps)
    path, color = hues[odd][1:]
    listed = ", ".join(_hexadecimal(shown) for _, _, shown in hues)
    yield warning(
        FindingCode.MANY_COLORS,
        f"The page has {len(hues)} colors ({listed}; tints of one count once, grays not at all), "
        f"and {MOST_COLORS} are plenty; use {_hexadecimal(hues[odd - 1][2])} in place of "
        f"{_hexadecimal(color)}.",
        path,
        colors=len(hues),
        most=MOST_COLORS,
    )


def hue_of(color: _Color) -> float | None:
    """The hue in degrees of OKLCH, None for what is gray to the eye.
    https://bottosson.github.io/posts/oklab/"""
    red, green, blue = (_linear(part / 255) for part in color)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return math.degrees(math.atan2(b, a)) % 360 if math.hypot(a, b) >= LEAST_CHROMA else None


def _list_colors(facts: PageFacts) -> Iterator[tuple[str, _Color]]:
    for paint in facts.paints:
        yield paint.path, paint.color
    for fragment in facts.fragments:
        element = facts.element_of(fragment)
        if is_seen(fragment, element) and not element.painted_oddly and not element.is_code:
            yield element.path, element.color


def _group_hues(colors: Iterator[tuple[str, _Color]]) -> list[tuple[float, str, _Color]]:
    """One entry for each hue, with the first that has it, around the circle."""
    known = ((hue_of(color), path, color) for path, color in colors)
    chromatic = sorted((hue, path, color) for hue, path, color in known if hue is not None)
    groups: list[tuple[float, str, _Color]] = []
    for entry in chromatic:
        if all(_distance(entry[0], group[0]) > SAME_HUE_DEGREES for group in groups):
            groups.append(entry)
    return groups


def _distance(first: float, second: float) -> float:
    apart = abs(first - second) % 360
    return min(apart, 360 - apart)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _hexadecimal(color: _Color) -> str:
    return "#" + "".join(f"{part:02x}" for part in color)
