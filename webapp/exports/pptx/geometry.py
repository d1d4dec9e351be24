"""Rectangles in CSS pixels, and where one lands under the transforms around it. Pure."""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rect:
    """An upright rectangle in CSS pixels of the page."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    @property
    def center(self) -> tuple[float, float]:
        """The middle."""
        return self.left + self.width / 2, self.top + self.height / 2

    @property
    def is_empty(self) -> bool:
        """True if it has no area."""
        return self.width <= 0 or self.height <= 0

    def inset(self, left: float, top: float, right: float, bottom: float) -> "Rect":
        """Smaller by these widths; never below zero."""
        width, height = max(0.0, self.width - left - right), max(0.0, self.height - top - bottom)
        return Rect(self.left + left, self.top + top, width, height)

    def intersect(self, other: "Rect") -> "Rect":
        """What both cover; width or height are zero where they do not meet."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        width = max(0.0, min(self.right, other.right) - left)
        return Rect(left, top, width, max(0.0, min(self.bottom, other.bottom) - top))

    def covers(self, other: "Rect", tolerance: float = 0.5) -> bool:
        """True if `other` lies inside, up to `tolerance`."""
        return (
            self.left <= other.left + tolerance
            and self.top <= other.top + tolerance
            and self.right >= other.right - tolerance
            and self.bottom >= other.bottom - tolerance
        )


def union(rects: Iterable[Rect]) -> Rect:
    """The smallest rectangle around all; raises ValueError for none."""
    all_rects = list(rects)
    left, top = min(r.left for r in all_rects), min(r.top for r in all_rects)
    right, bottom = max(r.right for r in all_rects), max(r.bottom for r in all_rects)
    return Rect(left, top, right - left, bottom - top)


@dataclass(frozen=True, slots=True)
class Transform:
    """A CSS matrix `(a, b, c, d, e, f)` about an origin in page pixels: turning with one scale
    for both axes, or two scales without turning."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float
    origin_x: float
    origin_y: float

    def apply(self, x: float, y: float) -> tuple[float, float]:
        """Where the point lands."""
        dx, dy = x - self.origin_x, y - self.origin_y
        return (
            self.a * dx + self.c * dy + self.e + self.origin_x,
            self.b * dx + self.d * dy + self.f + self.origin_y,
        )

    @property
    def scales(self) -> tuple[float, float]:
        """How much wider and higher things become."""
        return math.hypot(self.a, self.b), math.hypot(self.c, self.d)

    @property
    def degrees(self) -> float:
        """How far things turn, clockwise."""
        return math.degrees(math.atan2(self.b, self.a))


@dataclass(frozen=True, slots=True)
class Placement:
    """A rectangle turned about its middle; `scale` is what lengths inside grew by."""

    rect: Rect
    degrees: float = 0.0
    scale: float = 1.0


def place(rect: Rect, transforms: Iterable[Transform]) -> Placement:
    """Where `rect` lands under `transforms`, the innermost first."""
    x, y = rect.center
    width, height, degrees, scale = rect.width, rect.height, 0.0, 1.0
    for transform in transforms:
        x, y = transform.apply(x, y)
        scale_x, scale_y = transform.scales
        width, height, scale = width * scale_x, height * scale_y, scale * scale_y
        degrees += transform.degrees
    return Placement(Rect(x - width / 2, y - height / 2, width, height), degrees % 360, scale)
