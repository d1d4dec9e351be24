"""Large parts of a page on which nothing stands."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from webapp.artifacts.checks import Finding
from webapp.rendering.check.codes import FindingCode
from webapp.rendering.check.facts import Box, PageFacts
from webapp.rendering.check.findings import warning
from webapp.rendering.check.picture import Picture
from webapp.rendering.check.rules.bounds import is_seen
from webapp.rendering.check.target import CheckTarget

MOST_EMPTY_SHARE = 0.6
# A surface that covers more than this is the ground of the page.
GROUND_SHARE = 0.6
CELLS_ACROSS = 32
# Grounds may pass softly from one color into another.
PLAIN_RANGE = 20
# Titles, chapters and quotes live of the room around few large words; what is small (dates, names,
# page numbers) does not count. Shares of the page's shorter side.
TITLE_BLOCKS = 3
TITLE_SHARE = 0.06
NOTE_SHARE = 0.03
Cells = NDArray[np.bool_]  # [rows, columns]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Cells from `top` and `left`, without `bottom` and `right`."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def area(self) -> int:
        """In cells."""
        return (self.bottom - self.top) * (self.right - self.left)


def find_empty_area(facts: PageFacts, target: CheckTarget, shown: Picture) -> Iterator[Finding]:
    """The largest rectangle with nothing in it, where it takes too much of the page."""
    if is_title(facts, target):
        return
    cells = occupy(facts, target, shown)
    if not cells.any():
        return  # Blank, which is another finding.
    found = largest_empty(cells)
    share = found.area / cells.size
    if share <= MOST_EMPTY_SHARE:
        return
    size = target.width / cells.shape[1], target.height / cells.shape[0]
    box = Box(
        found.left * size[0], found.top * size[1], found.right * size[0], found.bottom * size[1]
    )
    yield warning(
        FindingCode.EMPTY_AREA,
        f"Nothing stands on {share:.0%} of the page, from {box.left:.0f} to {box.right:.0f} px "
        f"across and from {box.top:.0f} to {box.bottom:.0f} px down; enlarge what is there, spread "
        "it over the page or add a picture.",
        "body",
        empty_share=share,
        left_px=box.left,
        top_px=box.top,
        right_px=box.right,
        bottom_px=box.bottom,
    )


def is_title(facts: PageFacts, target: CheckTarget) -> bool:
    """True for a page of few words, one of them large."""
    shorter = min(target.width, target.height)
    sizes: dict[int, float] = {}
    for fragment in facts.fragments:
        element = facts.element_of(fragment)
        if is_seen(fragment, element):
            sizes[element.block] = max(element.font_px, sizes.get(element.block, 0.0))
    is_large = max(sizes.values(), default=0.0) >= TITLE_SHARE * shorter
    told = sum(size >= NOTE_SHARE * shorter for size in sizes.values())
    return is_large and told <= TITLE_BLOCKS


def occupy(facts: PageFacts, target: CheckTarget, shown: Picture) -> Cells:
    """True where something is drawn, or a surface stands that is not the ground."""
    side = target.width / CELLS_ACROSS
    rows = max(1, round(target.height / side))
    cells = _list_drawn(shown, rows)
    height = target.height / rows
    for surface in facts.surfaces:
        box = surface.box
        if not surface.silent and box.area <= GROUND_SHARE * target.width * target.height:
            left, right = _span(box.left / side, box.right / side)
            top, bottom = _span(box.top / height, box.bottom / height)
            cells[top:bottom, left:right] = True
    return cells


def _span(start: float, end: float) -> tuple[int, int]:
    return max(0, round(start)), max(0, round(end))


def _list_drawn(shown: Picture, rows: int) -> Cells:
    """Which cells of the screenshot have more than a plain ground."""
    height, width, _ = shown.pixels.shape
    across = np.linspace(0, width, CELLS_ACROSS, endpoint=False).astype(int)
    bounds = itertools.pairwise(np.linspace(0, height, rows + 1).astype(int))
    cells: Cells = np.zeros((rows, CELLS_ACROSS), dtype=bool)
    for row, (top, bottom) in enumerate(bounds):
        # One band at a time: numpy goes through these at memory speed, unlike through `reduceat`.
        band = shown.pixels[top:bottom]
        highest = np.maximum.reduceat(band.max(axis=0), across, axis=0)
        lowest = np.minimum.reduceat(band.min(axis=0), across, axis=0)
        cells[row] = (highest.astype(np.int16) - lowest).max(axis=1) > PLAIN_RANGE
    return cells


def largest_empty(cells: Cells) -> Rectangle:
    """The largest rectangle of cells that are False (the first of equal ones)."""
    best = Rectangle(0, 0, 0, 0)
    heights = [0] * cells.shape[1]
    for row, line in enumerate(cells):
        heights = [0 if full else height + 1 for height, full in zip(heights, line, strict=True)]
        if sum(heights) > best.area:
            best = max(best, _best_below(heights, row + 1), key=lambda found: found.area)
    return best


def _best_below(heights: Sequence[int], bottom: int) -> Rectangle:
    """The largest rectangle that ends above row `bottom`, of columns of free cells."""
    best = Rectangle(0, 0, 0, 0)
    for left in range(len(heights)):
        lowest = heights[left]
        for right in range(left, len(heights)):
            lowest = min(lowest, heights[right])
            if lowest * (len(heights) - left) <= best.area:
                break
            if lowest * (right + 1 - left) > best.area:
                best = Rectangle(bottom - lowest, left, bottom, right + 1)
    return best
