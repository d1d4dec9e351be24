"""Linear gradients of CSS as stops along an angle. Pure."""

from dataclasses import dataclass
from math import atan2, cos, inf, radians, sin
from math import degrees as to_degrees

from webapp.exports.pptx.colors import Color, parse_color
from webapp.exports.pptx.css_values import degrees, length, split_top_level, words
from webapp.exports.pptx.geometry import Rect

_SIDES = {"top": (0, -1), "bottom": (0, 1), "left": (-1, 0), "right": (1, 0)}


@dataclass(frozen=True, slots=True)
class Stop:
    """A color at a place from 0 to 1 of the gradient's line."""

    place: float
    color: Color


@dataclass(frozen=True, slots=True)
class LinearGradient:
    """`degrees` as in CSS: 0 goes up, 90 to the right."""

    degrees: float
    stops: tuple[Stop, ...]


def parse_linear_gradient(text: str, box: Rect) -> LinearGradient | None:
    """The gradient, or None where it is another image or a form that cannot be expressed:
    repeated, interpolated in a named color space, with hints or with places beyond the ends."""
    if not text.startswith("linear-gradient(") or not text.endswith(")") or box.is_empty:
        return None
    parts = split_top_level(text[len("linear-gradient(") : -1])
    angle = _angle(parts[0], box) if parts else None
    if angle is not None:
        parts = parts[1:]
    elif parts and parts[0].split(" ")[0] in ("to", "in"):
        return None
    angle = 180.0 if angle is None else angle
    stops = _stops(parts, _line_length(angle, box))
    return LinearGradient(angle, stops) if stops else None


def _angle(text: str, box: Rect) -> float | None:
    if not text.startswith("to "):
        return degrees(text)
    sides = [_SIDES.get(word) for word in text.split()[1:]]
    if None in sides or not sides:
        return None
    x = sum(side[0] for side in sides if side)
    y = sum(side[1] for side in sides if side)
    if x and y:
        # The magic corners of CSS: the middle color passes through the two other corners.
        return _degrees_towards(x * box.height, y * box.width)
    return _degrees_towards(x, y)


def _degrees_towards(x: float, y: float) -> float:
    return to_degrees(atan2(x, -y)) % 360


def _line_length(angle: float, box: Rect) -> float:
    turn = radians(angle)
    return abs(box.width * sin(turn)) + abs(box.height * cos(turn))


def _stops(parts: list[str], line: float) -> tuple[Stop, ...]:
    found: list[tuple[Color, float | None]] = []
    for part in parts:
        color_text, *places = words(part)
        color = parse_color(color_text)
        if color is None or len(places) > 2:
            return ()
        numbers = [length(place, line) for place in places]
        if None in numbers:
            return ()
        found += [(color, number) for number in numbers] or [(color, None)]
    if len(found) < 2 or line <= 0:
        return ()
    return _filled([(color, None if n is None else n / line) for color, n in found])


def _filled(found: list[tuple[Color, float | None]]) -> tuple[Stop, ...]:
    """Places that were left out lie evenly between their neighbors; none goes back."""
    places = [place for _, place in found]
    places[0] = 0.0 if places[0] is None else places[0]
    places[-1] = 1.0 if places[-1] is None else places[-1]
    index = 0
    while index < len(places):
        if places[index] is None:
            end = next(i for i in range(index, len(places)) if places[i] is not None)
            low, high = places[index - 1] or 0.0, places[end] or 0.0
            for step in range(index, end):
                places[step] = low + (high - low) * (step - index + 1) / (end - index + 1)
            index = end
        index += 1
    highest, stops = -inf, []
    for (color, _), place in zip(found, places, strict=True):
        highest = max(highest, place or 0.0)
        stops.append(Stop(highest, color))
    if stops[0].place < 0 or stops[-1].place > 1:
        return ()
    return _with_solid_ends(_without_black_transparency(stops))


def _with_solid_ends(stops: list[Stop]) -> tuple[Stop, ...]:
    first = [Stop(0.0, stops[0].color)] if stops[0].place > 0 else []
    last = [Stop(1.0, stops[-1].color)] if stops[-1].place < 1 else []
    return (*first, *stops, *last)


def _without_black_transparency(stops: list[Stop]) -> list[Stop]:
    """CSS fades without graying: a stop that is fully transparent takes its neighbor's color."""
    result = []
    for index, stop in enumerate(stops):
        neighbors = [s.color for s in (*stops[index + 1 :], *reversed(stops[:index]))]
        near = next((color for color in neighbors if color.alpha > 0), stop.color)
        color = stop.color if stop.color.alpha > 0 else near.faded(0)
        result.append(Stop(stop.place, color))
    return result
