"""What a page looks like from afar, and the same again and again in a deck."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from webapp.artifacts.checks import Finding
from webapp.rendering.check.codes import FindingCode
from webapp.rendering.check.facts import Box, Fragment, PageFacts
from webapp.rendering.check.findings import warning
from webapp.rendering.check.rules.bounds import is_seen
from webapp.rendering.check.rules.space import GROUND_SHARE, is_title
from webapp.rendering.check.target import CheckTarget

FEWEST_PAGES = 3
LEAST_LIKENESS = 0.85
# How far apart two parts of two pages may stand that an eye takes for the same.
SAME_COLUMN_PX = 24.0
SAME_TOP_PX = 48.0
SAME_SIZE = 1.25


@dataclass(frozen=True, slots=True)
class Part:
    """A column of text, of boxes or of pictures, of any length. Text has letters of `font_px` (0
    for others); where it ends on the right says nothing, so its `right` is its `left`."""

    left: float
    right: float
    top: float
    font_px: float
    is_picture: bool


Layout = tuple[Part, ...]


def sketch(facts: PageFacts, target: CheckTarget) -> Layout | None:
    """The parts of a page; None for titles and for pages without any, which may be alike."""
    if is_title(facts, target):
        return None
    ground = GROUND_SHARE * target.width * target.height
    parts = [*_list_texts(facts), *_list_boxes(facts, ground)]
    columns: list[Part] = []
    for part in sorted(parts, key=lambda part: part.top):
        if not any(_is_same_column(part, column) for column in columns):
            columns.append(part)
    return tuple(columns) or None


def find_repeats(layouts: Sequence[Layout | None]) -> Iterator[tuple[int, Finding]]:
    """Runs of pages that look the same: the index of the page that is one too many, and what to
    say of it."""
    start = 0
    for index in range(1, len(layouts) + 1):
        if index < len(layouts) and are_alike(layouts[index - 1], layouts[index]):
            continue
        if index - start >= FEWEST_PAGES:
            parts = len(layouts[start] or ())
            yield start + FEWEST_PAGES - 1, _finding(start + 1, index, parts)
        start = index


def are_alike(first: Layout | None, second: Layout | None) -> bool:
    """True if nearly every part of each has one like it in the other."""
    if not first or not second:
        return False
    left = list(second)
    for part in first:
        like = next((other for other in left if _is_same_part(part, other)), None)
        if like is not None:
            left.remove(like)
    shared = len(second) - len(left)
    return 2 * shared / (len(first) + len(second)) >= LEAST_LIKENESS


def _is_same_column(first: Part, second: Part) -> bool:
    sizes = sorted((first.font_px, second.font_px))
    return (
        first.is_picture == second.is_picture
        and abs(first.left - second.left) <= SAME_COLUMN_PX
        and abs(first.right - second.right) <= SAME_COLUMN_PX
        and (sizes[0] > 0) == (sizes[1] > 0)
        and sizes[1] <= SAME_SIZE * sizes[0]
    )


def _is_same_part(first: Part, second: Part) -> bool:
    return _is_same_column(first, second) and abs(first.top - second.top) <= SAME_TOP_PX


def _list_texts(facts: PageFacts) -> Iterator[Part]:
    blocks: dict[int, list[Fragment]] = {}
    for fragment in facts.fragments:
        element = facts.element_of(fragment)
        if is_seen(fragment, element):
            blocks.setdefault(element.block, []).append(fragment)
    for fragments in blocks.values():
        left = min(fragment.box.left for fragment in fragments)
        top = min(fragment.box.top for fragment in fragments)
        yield Part(left, left, top, facts.element_of(fragments[0]).font_px, is_picture=False)


def _list_boxes(facts: PageFacts, ground: float) -> Iterable[Part]:
    return (
        Part(*_across(surface.box), surface.box.top, 0.0, surface.is_picture)
        for surface in facts.surfaces
        if not surface.silent and surface.box.area <= ground
    )


def _across(box: Box) -> tuple[float, float]:
    return box.left, box.right


def _finding(first: int, last: int, parts: int) -> Finding:
    return warning(
        FindingCode.SAME_LAYOUT,
        f"Pages {first} to {last} have the same layout: {parts} part{'s' * (parts != 1)} at the "
        "same places; give this one another, for example columns, one large figure or a picture.",
        "body",
        first_page=first,
        last_page=last,
        parts=parts,
    )
