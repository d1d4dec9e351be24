"""Backgrounds, borders and shadows of a box as native shapes, where they can be. Pure."""

from dataclasses import dataclass

from webapp.exports.pptx.borders import Ring, outline_of, read_borders, rings_of
from webapp.exports.pptx.colors import Color, parse_color
from webapp.exports.pptx.corners import clipped_corners, is_square, read_corners, scaled, shrink
from webapp.exports.pptx.css_values import split_top_level
from webapp.exports.pptx.geometry import Rect, place
from webapp.exports.pptx.gradients import LinearGradient, Stop, parse_linear_gradient
from webapp.exports.pptx.scene import Corners, Fill, Line, Shadow, Shape
from webapp.exports.pptx.shadows import parse_shadows, strongest
from webapp.exports.pptx.snapshot import LayoutNode, PageFacts
from webapp.exports.pptx.surroundings import clip_of, opacity_of, transforms_of

_PLAIN_SIZES = ("auto", "auto auto", "100% 100%", "100%", "cover")


@dataclass(frozen=True, slots=True)
class BoxShapes:
    """The shapes of a box, or None where a picture must stand for it; and what was left out."""

    shapes: tuple[Shape, ...] | None
    messages: tuple[str, ...] = ()


def paints(node: LayoutNode) -> bool:
    """True if the box itself shows something."""
    style = node.style
    color = parse_color(style["background-color"])
    if color is None or color.alpha > 0.005 or style["background-image"] != "none":
        return "text" not in style["background-clip"] or _has_frame(node)
    return _has_frame(node)


def _has_frame(node: LayoutNode) -> bool:
    return node.style["box-shadow"] != "none" or any(b.is_seen for b in read_borders(node))


def read_fills(node: LayoutNode, rect: Rect) -> list[Color | LinearGradient] | None:
    """The layers of the background from below; None where one cannot be expressed."""
    style = node.style
    if "text" in style["background-clip"]:
        return []
    color = parse_color(style["background-color"])
    if color is None:
        return None
    fills: list[Color | LinearGradient] = [color] if color.alpha > 0.005 else []
    images = (
        split_top_level(style["background-image"]) if style["background-image"] != "none" else []
    )
    sizes = split_top_level(style["background-size"])
    for index, image in reversed(list(enumerate(images))):
        gradient = parse_linear_gradient(image, rect)
        if gradient is None or sizes[index % len(sizes)] not in _PLAIN_SIZES:
            return None
        fills.append(gradient)
    return fills


def read_box(facts: PageFacts, node: LayoutNode) -> BoxShapes:
    """What the box paints, without its content."""
    rect = node.rect
    corners = clipped_corners(facts, node, read_corners(node))
    if any(x > rect.width + 0.5 or y > rect.height + 0.5 for x, y in corners):
        return BoxShapes(None)  # Cut by a rounding that is larger than itself.
    borders = read_borders(node)
    fills = read_fills(node, rect)
    if fills is None:
        return BoxShapes(None)
    line = outline_of(borders)
    rings = [] if line else rings_of(borders, rect, corners)
    if rings is None:
        return BoxShapes(None)
    shadows, left_out = parse_shadows(node.style["box-shadow"])
    messages = ["its inner shadow was left out"] if left_out else []
    if len(shadows) > 1:
        messages.append("only the strongest of its shadows was kept")
    clip = clip_of(facts, node)
    if clip is not None and not clip.covers(rect):
        if line or rings or not is_square(corners) or len(fills) != 1:
            return BoxShapes(None)
        if isinstance(fills[0], LinearGradient):
            return BoxShapes(None)
        rect, shadows = rect.intersect(clip), []
    if any(border.style in ("double", "groove", "ridge") for border in borders if border.is_seen):
        messages.append("its border is drawn as a plain line")
    painter = _Painter(facts, node)
    shapes = painter.paint(rect, fills, line, strongest(shadows), corners)
    shapes += [painter.ring(ring) for ring in rings]
    seen = tuple(shape for shape in shapes if not shape.placement.rect.is_empty)
    return BoxShapes(seen, tuple(messages))


class _Painter:
    """Makes shapes of rectangles, with the opacity and the transforms around the box."""

    def __init__(self, facts: PageFacts, node: LayoutNode) -> None:
        self._opacity = opacity_of(facts, node)
        self._transforms = transforms_of(facts, node)
        self._name = node.label

    def paint(
        self,
        rect: Rect,
        fills: list[Color | LinearGradient],
        line: Line | None,
        shadow: Shadow | None,
        corners: Corners,
    ) -> list[Shape]:
        """The layers from below; the lowest has the shadow, the uppermost the outline."""
        if line is not None:
            half = line.width / 2
            rect = rect.inset(half, half, half, half)
            corners = shrink(corners, half, half, half, half)
        placement = place(rect, self._transforms)
        layers: list[Fill] = [*fills] or ([None] if line is not None else [])
        return [
            Shape(
                placement,
                self._faded(fill),
                scaled(corners, placement.scale),
                self._line(line, placement.scale) if index == len(layers) - 1 else None,
                self._shadow(shadow, placement.scale) if index == 0 and fills else None,
                name=self._name,
            )
            for index, fill in enumerate(layers)
        ]

    def ring(self, ring: Ring) -> Shape:
        """A part of the border as a filled form."""
        placement = place(ring.rect, self._transforms)
        scale, hole = placement.scale, None
        if ring.hole is not None:
            left, top = ring.hole.left - ring.rect.left, ring.hole.top - ring.rect.top
            size = ring.hole.width * scale, ring.hole.height * scale
            hole = Rect(left * scale, top * scale, *size)
        return Shape(
            placement,
            ring.color.faded(self._opacity),
            scaled(ring.corners, scale),
            hole=hole,
            hole_corners=scaled(ring.hole_corners, scale),
            name=self._name,
        )

    def _faded(self, fill: Fill) -> Fill:
        if isinstance(fill, Color):
            return fill.faded(self._opacity)
        if fill is None:
            return None
        stops = tuple(Stop(stop.place, stop.color.faded(self._opacity)) for stop in fill.stops)
        return LinearGradient(fill.degrees, stops)

    def _line(self, line: Line | None, scale: float) -> Line | None:
        if line is None:
            return None
        return Line(line.width * scale, line.color.faded(self._opacity), line.dash)

    def _shadow(self, shadow: Shadow | None, scale: float) -> Shadow | None:
        if shadow is None:
            return None
        color = shadow.color.faded(self._opacity)
        return Shadow(shadow.x * scale, shadow.y * scale, shadow.blur * scale, color)
