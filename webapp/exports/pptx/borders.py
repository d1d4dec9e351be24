"""The four borders of a box: one outline, a ring of one color, or bars. Pure."""

from dataclasses import dataclass

from webapp.exports.pptx.colors import BLACK, Color, parse_color
from webapp.exports.pptx.corners import is_square, shrink
from webapp.exports.pptx.css_values import pixels
from webapp.exports.pptx.geometry import Rect
from webapp.exports.pptx.scene import SQUARE, Corners, Line
from webapp.exports.pptx.snapshot import LayoutNode

SIDES = ("left", "top", "right", "bottom")
_DASHES = {"dashed": "dashed", "dotted": "dotted"}


@dataclass(frozen=True, slots=True)
class Border:
    """One side; `color` is None where it cannot be read."""

    width: float
    style: str
    color: Color | None

    @property
    def is_seen(self) -> bool:
        """True if it paints something."""
        return self.width > 0 and (self.color is None or self.color.alpha > 0.01)


@dataclass(frozen=True, slots=True)
class Ring:
    """A filled form of a border: between `rect` and `hole`, or all of `rect`."""

    rect: Rect
    color: Color
    corners: Corners = SQUARE
    hole: Rect | None = None
    hole_corners: Corners = SQUARE


def read_borders(node: LayoutNode) -> tuple[Border, ...]:
    """Left, top, right, bottom."""
    return tuple(
        Border(
            pixels(node.style[f"border-{side}-width"]),
            node.style[f"border-{side}-style"],
            parse_color(node.style[f"border-{side}-color"]),
        )
        for side in SIDES
    )


def outline_of(borders: tuple[Border, ...]) -> Line | None:
    """The one line around, where all four sides are equal."""
    first = borders[0]
    if not first.is_seen or first.color is None or any(border != first for border in borders):
        return None
    return Line(first.width, first.color, _DASHES.get(first.style, "solid"))


def rings_of(borders: tuple[Border, ...], rect: Rect, corners: Corners) -> list[Ring] | None:
    """Borders that differ as filled forms; None where that cannot be done."""
    seen = [border for border in borders if border.is_seen]
    if not seen:
        return []
    if any(border.color is None for border in seen):
        return None
    widths = tuple(border.width for border in borders)
    looks = {border.color if border.is_seen else None for border in borders if border.width > 0}
    left, top, right, bottom = widths
    if len(looks) > 1 and (left + right >= rect.width - 1 or top + bottom >= rect.height - 1):
        return None  # Sides that meet in the middle are triangles.
    if not is_square(corners):
        colors = {border.color for border in seen}
        if len(colors) > 1 or any(b.width > 0 and not b.is_seen for b in borders):
            return None
        color = next(iter(colors)) or BLACK
        return [Ring(rect, color, corners, rect.inset(*widths), shrink(corners, *widths))]
    return [
        Ring(side_rect, border.color)
        for border, side_rect in zip(borders, _side_rects(rect, widths), strict=True)
        if border.is_seen and border.color is not None
    ]


def _side_rects(rect: Rect, widths: tuple[float, ...]) -> tuple[Rect, ...]:
    left, top, right, bottom = widths
    inner_top, inner_height = rect.top + top, max(0.0, rect.height - top - bottom)
    return (
        Rect(rect.left, inner_top, left, inner_height),
        Rect(rect.left, rect.top, rect.width, top),
        Rect(rect.right - right, inner_top, right, inner_height),
        Rect(rect.left, rect.bottom - bottom, rect.width, bottom),
    )
