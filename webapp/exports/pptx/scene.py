"""What a slide will consist of: drawings in paint order, in CSS pixels. Pure data."""

from dataclasses import dataclass, field
from enum import StrEnum

from webapp.exports.pptx.charts import ChartSpec
from webapp.exports.pptx.colors import Color
from webapp.exports.pptx.geometry import Placement, Rect
from webapp.exports.pptx.gradients import LinearGradient
from webapp.exports.pptx.svg_paths import Segment

Fill = Color | LinearGradient | None
Corners = tuple[tuple[float, float], ...]
"""Horizontal and vertical radius of the four corners, clockwise from the upper left."""
SQUARE: Corners = ((0.0, 0.0),) * 4


@dataclass(frozen=True, slots=True)
class Line:
    """An outline; `dash` is `solid`, `dashed` or `dotted`."""

    width: float
    color: Color
    dash: str = "solid"


@dataclass(frozen=True, slots=True)
class Shadow:
    """A soft copy underneath."""

    x: float
    y: float
    blur: float
    color: Color


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled form. With `hole`, which is relative to the form, it is the ring around that."""

    placement: Placement
    fill: Fill
    corners: Corners = SQUARE
    line: Line | None = None
    shadow: Shadow | None = None
    hole: Rect | None = None
    hole_corners: Corners = SQUARE
    name: str = "Shape"


@dataclass(frozen=True, slots=True)
class Freeform:
    """A form of lines and curves, whose points are relative to its placement's upper left."""

    placement: Placement
    segments: tuple[Segment, ...]
    fill: Fill
    line: Line | None = None
    is_round: bool = False


@dataclass(frozen=True, slots=True)
class RunStyle:
    """How letters look. `size` in CSS pixels, `spacing` between letters in CSS pixels."""

    latin: str
    east_asian: str
    size: float
    fill: Color | LinearGradient
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    small_caps: bool = False
    spacing: float = 0.0
    raised: int = 0
    link: str = ""
    shadow: Shadow | None = None
    stroke: Line | None = None
    highlight: Color | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one style."""

    text: str
    style: RunStyle


@dataclass(frozen=True, slots=True)
class Bullet:
    """What stands before a paragraph, `width` pixels before its letters."""

    text: str
    width: float
    style: RunStyle


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines whose breaks are pinned. `pitch` is the distance of lines, None for a single one."""

    placement: Placement
    lines: tuple[tuple[Run, ...], ...]
    align: str = "left"
    pitch: float | None = None
    right_to_left: bool = False
    vertical: bool = False
    bullet: Bullet | None = None
    heading: int = 0

    @property
    def text(self) -> str:
        """All letters, one space at each line break."""
        return " ".join("".join(run.text for run in line) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of the page with its cut edges, as parts of its width and height."""

    placement: Placement
    data: bytes
    crop: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    corners: Corners = SQUARE
    description: str = ""
    opacity: float = 1.0


class Part(StrEnum):
    """What a photograph shows of an element: itself without content, everything in it, the
    generated content before or after it, a drawing without its words, or the page's canvas."""

    BOX = "box"
    TREE = "tree"
    BEFORE = "before"
    AFTER = "after"
    WORDLESS = "wordless"
    CANVAS = "canvas"


@dataclass(frozen=True, slots=True)
class Photograph:
    """A part of the page that PowerPoint cannot express: the browser takes a picture of it.

    `rect` is where it lies while transforms are taken away; `placement` where it goes.
    """

    backend_id: int
    part: Part
    rect: Rect
    placement: Placement
    description: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart."""

    placement: Placement
    spec: ChartSpec
    text_color: Color
    font: str
    size: float
    colors: tuple[Color, ...]


Drawing = Shape | Freeform | Paragraph | Picture | Photograph | Chart


@dataclass(frozen=True, slots=True)
class Remark:
    """One approximation: which element, and what about it."""

    element: str
    message: str


@dataclass(frozen=True)
class Scene:
    """A whole slide."""

    width: float
    height: float
    background: Color | LinearGradient | None
    drawings: tuple[Drawing, ...]
    remarks: tuple[Remark, ...] = field(default=())
