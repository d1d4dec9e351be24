"""Drawings of plain forms as native ones: every icon and line chart stays editable. Pure.

A drawing with anything else in it (gradients, masks, markers, images) is photographed as a whole.
"""

import math
from collections.abc import Sequence

from webapp.exports.pptx.colors import Color, parse_color
from webapp.exports.pptx.css_values import pixels
from webapp.exports.pptx.geometry import Rect, place
from webapp.exports.pptx.scene import Freeform, Line
from webapp.exports.pptx.snapshot import LayoutNode, PageFacts
from webapp.exports.pptx.surroundings import is_shown, opacity_of, transforms_of
from webapp.exports.pptx.svg_paths import PathError, Point, Segment, parse_path

MAX_FORMS = 80
_WORDS = ("text", "tspan", "textpath", "title", "desc")
_CIRCLE = 0.5522847498
_PLAIN = ("none", "")
_EFFECTS = ("filter", "clip-path", "mask-image")
_MARKERS = ("marker-start", "marker-mid", "marker-end")


class _NotPlain(Exception):
    """Something in the drawing has no native form."""


def read_forms(facts: PageFacts, drawing: LayoutNode) -> list[Freeform] | None:
    """The forms of an `svg` in paint order; None if it must be photographed."""
    forms: list[Freeform] = []
    try:
        for node in facts.inside(drawing):
            if node.text is None and node.name not in (*_WORDS, "g", "a"):
                forms += _forms(facts, drawing, node)
            if any(
                node.style[name] not in _PLAIN for name in ("filter", "clip-path", "mask-image")
            ):
                return None
    except (_NotPlain, PathError, ValueError, OverflowError):
        return None
    return forms if len(forms) <= MAX_FORMS else None


def _forms(facts: PageFacts, drawing: LayoutNode, node: LayoutNode) -> list[Freeform]:
    matrix = [float(word) for word in node.attributes.get("data-export-matrix", "").split()]
    if len(matrix) != 6 or not all(map(math.isfinite, matrix)):
        raise _NotPlain
    if any(node.style[f"marker-{at}"] != "none" for at in ("start", "mid", "end")):
        raise _NotPlain
    if not is_shown(facts, node):
        return []
    a, b, c, d, e, f = matrix
    scale = math.sqrt(abs(a * d - b * c))

    def moved(point: Point) -> Point:
        return a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f

    segments = [
        Segment(segment.kind, tuple(moved(point) for point in segment.points))
        for segment in _outline(node)
    ]
    fill, line = _fill(facts, node), _line(facts, node, scale)
    points = [point for segment in segments for point in segment.points]
    if not points or (fill is None and line is None):
        return []
    left, top = min(x for x, _ in points), min(y for _, y in points)
    rect = Rect(left, top, max(x for x, _ in points) - left, max(y for _, y in points) - top)
    placement = place(rect, transforms_of(facts, drawing))
    grow = placement.scale
    local = tuple(
        Segment(s.kind, tuple(((x - left) * grow, (y - top) * grow) for x, y in s.points))
        for s in segments
    )
    if line is not None:
        line = Line(line.width * grow, line.color, line.dash)
    return [Freeform(placement, local, fill, line, node.style["stroke-linecap"] == "round")]


def _fill(facts: PageFacts, node: LayoutNode) -> Color | None:
    color = parse_color(node.style["fill"])
    if color is None:
        raise _NotPlain
    opacity = pixels(node.style["fill-opacity"], 1.0) * opacity_of(facts, node)
    is_seen = color.alpha > 0 and opacity > 0 and node.name != "line"
    return color.faded(opacity) if is_seen else None


def _line(facts: PageFacts, node: LayoutNode, scale: float) -> Line | None:
    color = parse_color(node.style["stroke"])
    if color is None:
        raise _NotPlain
    width = pixels(node.style["stroke-width"], 1.0) * scale
    opacity = pixels(node.style["stroke-opacity"], 1.0) * opacity_of(facts, node)
    if color.alpha == 0 or opacity == 0 or width <= 0:
        return None
    dash = "solid" if node.style["stroke-dasharray"] in _PLAIN else "dashed"
    return Line(width, color.faded(opacity), dash)


def _outline(node: LayoutNode) -> list[Segment]:
    """The node's form in its own coordinates."""
    match node.name:
        case "path":
            return parse_path(node.attributes.get("d", ""))
        case "rect":
            return _rectangle(node)
        case "circle" | "ellipse":
            rx, ry = (_number(node, "r"),) * 2
            if node.name == "ellipse":
                rx, ry = _number(node, "rx"), _number(node, "ry")
            return _ellipse(_number(node, "cx"), _number(node, "cy"), rx, ry)
        case "line":
            start, end = (_number(node, "x1"), _number(node, "y1")), _end_of_line(node)
            return [Segment("M", (start,)), Segment("L", (end,))]
        case "polyline" | "polygon":
            closed = " Z" if node.name == "polygon" else ""
            return parse_path(f"M {node.attributes.get('points', '')}{closed}")
    raise _NotPlain


def _end_of_line(node: LayoutNode) -> Point:
    return _number(node, "x2"), _number(node, "y2")


def _number(node: LayoutNode, name: str) -> float:
    text = node.attributes.get(name, "0").strip().removesuffix("px")
    try:
        return float(text)
    except ValueError as error:
        raise _NotPlain from error


def _rectangle(node: LayoutNode) -> list[Segment]:
    x, y = _number(node, "x"), _number(node, "y")
    width, height = _number(node, "width"), _number(node, "height")
    rx = _number(node, "rx") or _number(node, "ry")
    ry = min(_number(node, "ry") or rx, height / 2)
    rx = min(rx, width / 2)
    if rx <= 0 or ry <= 0:
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        return [*_polygon(corners), Segment("Z")]
    arc = f"A {rx} {ry} 0 0 1"
    return parse_path(
        f"M {x + rx} {y} H {x + width - rx} {arc} {x + width} {y + ry} V {y + height - ry} "
        f"{arc} {x + width - rx} {y + height} H {x + rx} {arc} {x} {y + height - ry} "
        f"V {y + ry} {arc} {x + rx} {y} Z"
    )


def _polygon(points: Sequence[Point]) -> list[Segment]:
    return [Segment("L" if index else "M", (point,)) for index, point in enumerate(points)]


def _ellipse(cx: float, cy: float, rx: float, ry: float) -> list[Segment]:
    if rx <= 0 or ry <= 0:
        return []
    hx, hy = rx * _CIRCLE, ry * _CIRCLE
    right, bottom, left, top = (cx + rx, cy), (cx, cy + ry), (cx - rx, cy), (cx, cy - ry)
    return [
        Segment("M", (right,)),
        Segment("C", ((cx + rx, cy + hy), (cx + hx, cy + ry), bottom)),
        Segment("C", ((cx - hx, cy + ry), (cx - rx, cy + hy), left)),
        Segment("C", ((cx - rx, cy - hy), (cx - hx, cy - ry), top)),
        Segment("C", ((cx + hx, cy - ry), (cx + rx, cy - hy), right)),
        Segment("Z"),
    ]
