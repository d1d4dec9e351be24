"""DrawingML of forms: geometry, fills, outlines, shadows (ECMA-376 part 1, chapter 20)."""

import math

from pptx.oxml.xmlchemy import BaseOxmlElement, OxmlElement

from webapp.exports.pptx.colors import Color
from webapp.exports.pptx.corners import is_square
from webapp.exports.pptx.geometry import Placement, Rect
from webapp.exports.pptx.gradients import LinearGradient
from webapp.exports.pptx.scene import Corners, Fill, Freeform, Line, Shadow

EMU_PER_PIXEL = 9525
"""1280 CSS pixels are 12 192 000 English Metric Units, the width of a 16:9 slide."""
_RIGHT_ANGLE = 5_400_000
_DASHES = {"dashed": "dash", "dotted": "sysDot"}


def emu(pixels: float) -> int:
    """CSS pixels as whole English Metric Units."""
    return round(pixels * EMU_PER_PIXEL)


def make(tag: str, *children: BaseOxmlElement, **attributes: object) -> BaseOxmlElement:
    """An element `prefix:name` with attributes and children."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(name, str(value))
    element.extend(children)
    return element


def transform_xml(placement: Placement) -> BaseOxmlElement:
    """`a:xfrm`: where the form lies and how far it is turned."""
    rect = placement.rect
    element = make(
        "a:xfrm",
        make("a:off", x=emu(rect.left), y=emu(rect.top)),
        make("a:ext", cx=max(0, emu(rect.width)), cy=max(0, emu(rect.height))),
    )
    if placement.degrees:
        # The browser's matrices have six digits, so hundredths of a degree are what is sure.
        element.set("rot", str(round(round(placement.degrees, 2) * 60_000)))
    return element


def color_xml(color: Color) -> BaseOxmlElement:
    """`a:srgbClr`, with alpha where it is not opaque."""
    element = make("a:srgbClr", val=color.hex)
    if color.alpha < 0.995:
        element.append(make("a:alpha", val=round(max(0.0, color.alpha) * 100_000)))
    return element


def fill_xml(fill: Fill) -> BaseOxmlElement:
    """A solid, graded or missing fill."""
    if fill is None:
        return make("a:noFill")
    if isinstance(fill, LinearGradient):
        return _gradient_xml(fill)
    return make("a:solidFill", color_xml(fill))


def _gradient_xml(gradient: LinearGradient) -> BaseOxmlElement:
    stops = [
        make("a:gs", color_xml(stop.color), pos=round(min(1.0, stop.place) * 100_000))
        for stop in gradient.stops
    ]
    # CSS counts from the upward direction, DrawingML from the one to the right; both clockwise.
    angle = round((gradient.degrees - 90) % 360 * 60_000)
    direction = make("a:lin", ang=angle, scaled=0)
    return make("a:gradFill", make("a:gsLst", *stops), direction, rotWithShape=1)


def line_xml(line: Line | None) -> BaseOxmlElement:
    """`a:ln`: the outline, or none."""
    if line is None:
        return make("a:ln", make("a:noFill"))
    element = make("a:ln", fill_xml(line.color), w=max(1, emu(line.width)))
    if line.dash in _DASHES:
        element.append(make("a:prstDash", val=_DASHES[line.dash]))
    return element


def shadow_xml(shadow: Shadow) -> BaseOxmlElement:
    """`a:effectLst` with one outer shadow."""
    angle = math.degrees(math.atan2(shadow.y, shadow.x)) % 360
    return make(
        "a:effectLst",
        make(
            "a:outerShdw",
            color_xml(shadow.color),
            blurRad=emu(shadow.blur),
            dist=emu(math.hypot(shadow.x, shadow.y)),
            dir=round(angle * 60_000),
            algn="ctr",
            rotWithShape=0,
        ),
    )


def freeform_xml(form: Freeform) -> BaseOxmlElement:
    """`a:custGeom` of lines and curves."""
    steps = []
    names = {"M": "a:moveTo", "L": "a:lnTo", "C": "a:cubicBezTo", "Z": "a:close"}
    for segment in form.segments:
        points = (_point(x, y) for x, y in segment.points)
        steps.append(make(names[segment.kind], *points))
    return _path_xml(form.placement.rect, steps)


def geometry_xml(
    rect: Rect, corners: Corners, hole: Rect | None, hole_corners: Corners
) -> BaseOxmlElement:
    """The outline of a form: a preset one where there is one, else a path."""
    if hole is not None:
        rounds = (
            _round_path(Rect(0, 0, rect.width, rect.height), corners, clockwise=True),
            _round_path(hole, hole_corners, clockwise=False),
        )
        return _path_xml(rect, [*rounds[0], *rounds[1]])
    if is_square(corners):
        return _preset("rect")
    width, height = rect.width, rect.height
    if all(x >= width / 2 - 0.5 and y >= height / 2 - 0.5 for x, y in corners):
        return _preset("ellipse")
    radii = {round(radius, 2) for corner in corners for radius in corner}
    if max(radii) - min(radii) < 0.1:
        share = min(0.5, max(radii) / max(0.01, min(width, height)))
        return _preset("roundRect", make("a:gd", name="adj", fmla=f"val {round(share * 100_000)}"))
    return _path_xml(rect, _round_path(Rect(0, 0, width, height), corners, clockwise=True))


def _preset(name: str, *guides: BaseOxmlElement) -> BaseOxmlElement:
    return make("a:prstGeom", make("a:avLst", *guides), prst=name)


def _path_xml(rect: Rect, steps: list[BaseOxmlElement]) -> BaseOxmlElement:
    path = make("a:path", *steps, w=emu(rect.width), h=emu(rect.height))
    empty = [make(f"a:{name}") for name in ("avLst", "gdLst", "ahLst", "cxnLst")]
    bounds = make("a:rect", l="0", t="0", r="r", b="b")
    return make("a:custGeom", *empty, bounds, make("a:pathLst", path))


def _round_path(rect: Rect, corners: Corners, *, clockwise: bool) -> list[BaseOxmlElement]:
    """A closed way around the rectangle that begins after its upper left corner."""
    left, top, right, bottom = rect.left, rect.top, rect.right, rect.bottom
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    ways = [
        ((right - x1, top), (x1, y1), 3),
        ((right, bottom - y2), (x2, y2), 0),
        ((left + x3, bottom), (x3, y3), 1),
        ((left, top + y0), (x0, y0), 2),
    ]
    start, sweep = (left + x0, top), _RIGHT_ANGLE
    if not clockwise:
        start, sweep = (left, top + y0), -_RIGHT_ANGLE
        ways = [
            ((left, bottom - y3), (x3, y3), 2),
            ((right - x2, bottom), (x2, y2), 1),
            ((right, top + y1), (x1, y1), 0),
            ((left + x0, top), (x0, y0), 3),
        ]
    steps = [make("a:moveTo", _point(*start))]
    for point, (x, y), quarter in ways:
        steps.append(make("a:lnTo", _point(*point)))
        if x > 0.01 and y > 0.01:
            arc = {"wR": emu(x), "hR": emu(y), "stAng": quarter * _RIGHT_ANGLE, "swAng": sweep}
            steps.append(make("a:arcTo", **arc))
    return [*steps, make("a:close")]


def _point(x: float, y: float) -> BaseOxmlElement:
    return make("a:pt", x=emu(x), y=emu(y))
