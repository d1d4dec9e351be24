"""Rounded corners: read, fitted, shrunk, and taken over from a box that clips. Pure."""

from webapp.exports.pptx.css_values import length
from webapp.exports.pptx.geometry import Rect
from webapp.exports.pptx.scene import SQUARE, Corners
from webapp.exports.pptx.snapshot import LayoutNode, PageFacts
from webapp.exports.pptx.surroundings import padding_box

_NAMES = ("top-left", "top-right", "bottom-right", "bottom-left")


def read_corners(node: LayoutNode) -> Corners:
    """The radii of the box, all made smaller where they do not fit (CSS Backgrounds 3, 4.5)."""
    rect = node.rect
    found = []
    for name in _NAMES:
        horizontal, _, vertical = node.style[f"border-{name}-radius"].partition(" ")
        found.append(
            (
                max(0.0, length(horizontal, rect.width) or 0.0),
                max(0.0, length(vertical or horizontal, rect.height) or 0.0),
            )
        )
    upper_left, upper_right, lower_right, lower_left = found
    sums = (
        (rect.width, upper_left[0] + upper_right[0]),
        (rect.width, lower_left[0] + lower_right[0]),
        (rect.height, upper_left[1] + lower_left[1]),
        (rect.height, upper_right[1] + lower_right[1]),
    )
    factor = min([1.0, *(side / total for side, total in sums if total > 0)])
    return tuple((x * factor, y * factor) for x, y in found)


def is_square(corners: Corners) -> bool:
    """True if no corner is rounded."""
    return all(x < 0.01 or y < 0.01 for x, y in corners)


def shrink(corners: Corners, left: float, top: float, right: float, bottom: float) -> Corners:
    """The radii of a box that is smaller by these widths."""
    widths = ((left, top), (right, top), (right, bottom), (left, bottom))
    pairs = zip(corners, widths, strict=True)
    return tuple((max(0.0, x - dx), max(0.0, y - dy)) for (x, y), (dx, dy) in pairs)


def scaled(corners: Corners, factor: float) -> Corners:
    """All radii times `factor`."""
    return tuple((x * factor, y * factor) for x, y in corners)


def clipped_corners(facts: PageFacts, node: LayoutNode, corners: Corners) -> Corners:
    """`corners` with the roundings of the boxes that clip `node` and share a corner with it."""
    for box in facts.ancestors(node):
        if box.name in ("html", "body"):
            break
        if box.style["overflow-x"] != "visible":
            outer = read_corners(box)
            if not is_square(outer):
                corners = _meet(node.rect, corners, padding_box(box), outer)
    return corners


def _meet(inner: Rect, corners: Corners, outer: Rect, radii: Corners) -> Corners:
    offsets = (
        (inner.left - outer.left, inner.top - outer.top),
        (outer.right - inner.right, inner.top - outer.top),
        (outer.right - inner.right, outer.bottom - inner.bottom),
        (inner.left - outer.left, outer.bottom - inner.bottom),
    )
    result = []
    for (x, y), (dx, dy), (rx, ry) in zip(corners, offsets, radii, strict=True):
        dx, dy = max(0.0, dx), max(0.0, dy)
        touches = dx < 0.5 * rx and dy < 0.5 * ry
        result.append((max(x, rx - dx), max(y, ry - dy)) if touches else (x, y))
    return tuple(result) if result else SQUARE
