"""What the collector says of a page. It comes from the page itself, so it is checked on arrival."""

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict


class Box(NamedTuple):
    """A rectangle in CSS pixels from the upper left corner of the page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return max(0.0, self.right - self.left)

    @property
    def height(self) -> float:
        """From top to bottom."""
        return max(0.0, self.bottom - self.top)

    @property
    def area(self) -> float:
        """In square pixels."""
        return self.width * self.height

    def intersect(self, other: "Box") -> "Box":
        """What both cover; empty boxes have no area."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def ink(self) -> "Box":
        """Of a line of text: the part in which most of its letters lie, since fonts leave room
        above and below."""
        return Box(
            self.left, self.top + 0.22 * self.height, self.right, self.bottom - 0.2 * self.height
        )


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Clip(_Fact):
    """An ancestor that cuts what lies outside its box, in the directions it does."""

    path: str
    box: Box
    x: bool
    y: bool
    scrolls: bool
    cuts: bool
    is_view_box: bool


class Element(_Fact):
    """An element with text. `color` is 0–255, `alpha` includes the opacity of all ancestors;
    `painted_oddly`: the color is no plain one (gradient, pattern, blending, filter), and `color`
    says nothing. `block` numbers the paragraph, cell or other block that the element is part of,
    `surface` is the index of the surface that it stands on (-1: the page), `is_flush` tells of a
    block whose lines begin at the same left edge."""

    path: str
    block: int
    surface: int
    is_flush: bool
    is_formula: bool
    font_px: float
    weight: int
    color: tuple[int, int, int]
    alpha: float
    painted_oddly: bool
    turned: bool
    overlaps: bool
    silent: bool
    clips: tuple[Clip, ...]
    is_code: bool
    is_small_by_nature: bool
    is_disabled: bool


class Fragment(_Fact):
    """A line of text of one text node; `element` is an index into the elements."""

    element: int
    text: str
    box: Box


class Surface(_Fact):
    """A box with a ground, an edge or a shadow of its own, or a picture; `above` is the index of
    the surface that it stands on (-1: the page)."""

    path: str
    box: Box
    above: int
    is_picture: bool
    turned: bool
    silent: bool


class Paint(_Fact):
    """A color that boxes, edges or shapes have (letters tell their own), and who has it first."""

    path: str
    color: tuple[int, int, int]


class Picture(_Fact):
    """An image, canvas, video or drawing."""

    kind: str
    path: str
    box: Box
    broken: bool
    source: str
    decorative: bool
    placed: bool
    faint: bool


class FontUse(_Fact):
    """A font family that is asked for first, by whom, and whether it is there."""

    family: str
    path: str
    there: bool


class PageFacts(_Fact):
    """Everything that was collected."""

    width: float
    height: float
    title: str
    elements: tuple[Element, ...]
    fragments: tuple[Fragment, ...]
    surfaces: tuple[Surface, ...]
    paints: tuple[Paint, ...]
    pictures: tuple[Picture, ...]
    fonts: tuple[FontUse, ...]

    def element_of(self, fragment: Fragment) -> Element:
        """Whose text it is."""
        return self.elements[fragment.element]
