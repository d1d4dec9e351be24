"""Edges that nearly but not quite meet."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from webapp.artifacts.checks import Finding
from webapp.rendering.check.codes import FindingCode
from webapp.rendering.check.facts import Box, Element, Fragment, PageFacts
from webapp.rendering.check.findings import warning
from webapp.rendering.check.rules.bounds import beyond, is_seen, page_box
from webapp.rendering.check.target import CheckTarget

# In pixels of a page that is 720 px high; large sheets are looked at from further away.
SAME_PX = 0.75
LEAST_PX = 1.6
MOST_PX = 6.0
REFERENCE_PX = 720.0
# Large letters are often moved by as much, so that they seem to stand in line.
OPTICAL_SHARE = 0.07


@dataclass(frozen=True, slots=True)
class _Thing:
    """A surface, a picture or a block of text. `font_px` is 0 but for text."""

    path: str
    box: Box
    surface: int
    font_px: float


@dataclass(frozen=True, slots=True)
class _Edge:
    """One side of things. `others` are the measures that, if two things share one, show that
    something else than this edge is in line."""

    name: str
    is_upright: bool
    place: Callable[[Box], float]
    others: tuple[Callable[[Box], float], ...]


def _left(box: Box) -> float:
    return box.left


def _right(box: Box) -> float:
    return box.right


def _top(box: Box) -> float:
    return box.top


def _bottom(box: Box) -> float:
    return box.bottom


def _center(box: Box) -> float:
    return (box.left + box.right) / 2


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2


_LEFT = _Edge("left", True, _left, (_right, _center))
_EDGES = (
    _LEFT,
    _Edge("right", True, _right, (_left, _center)),
    _Edge("top", False, _top, (_bottom, _middle)),
    _Edge("bottom", False, _bottom, (_top, _middle)),
)


def find_nearly_aligned(facts: PageFacts, target: CheckTarget) -> Iterator[Finding]:
    """Things that stand beside a line which at least two others make: left edges of text, all edges
    of surfaces and pictures, on the same surface only."""
    unit = min(target.width, target.height) / REFERENCE_PX
    boxes = list(_list_surfaces(facts, target))
    texts = list(_list_texts(facts))
    for surface in sorted({thing.surface for thing in (*boxes, *texts)}):
        here = [thing for thing in boxes if thing.surface == surface]
        for edge in _EDGES:
            also = [thing for thing in texts if thing.surface == surface] if edge is _LEFT else []
            yield from _judge([*here, *also], edge, unit)


def _judge(things: Sequence[_Thing], edge: _Edge, unit: float) -> Iterator[Finding]:
    for thing in things:
        place = edge.place(thing.box)
        mates = [one for one in things if abs(edge.place(one.box) - place) <= SAME_PX * unit]
        if len(mates) > 1:
            continue
        for other in things:
            apart = edge.place(other.box) - place
            line = [
                one
                for one in things
                if abs(edge.place(one.box) - edge.place(other.box)) <= SAME_PX * unit
            ]
            if len(line) > 1 and _is_near_miss(thing, other, edge, abs(apart), unit):
                yield _finding(thing, other, edge, apart)
                break


def _is_near_miss(thing: _Thing, other: _Thing, edge: _Edge, apart: float, unit: float) -> bool:
    if not LEAST_PX * unit <= apart <= MOST_PX * unit:
        return False
    if apart <= OPTICAL_SHARE * max(thing.font_px, other.font_px):
        return False
    if not _are_in_line(thing.box, other.box, is_upright=edge.is_upright):
        return False
    if thing.font_px and other.font_px:
        return True
    return all(
        abs(measure(thing.box) - measure(other.box)) > SAME_PX * unit for measure in edge.others
    )


def _are_in_line(first: Box, second: Box, *, is_upright: bool) -> bool:
    """One below the other (for upright edges), or one beside the other."""
    shared = first.intersect(second)
    across, down = shared.right - shared.left, shared.bottom - shared.top
    if is_upright:
        return down <= 0 and across >= 0.5 * min(first.width, second.width)
    return across <= 0 and down >= 0.5 * min(first.height, second.height)


def _list_surfaces(facts: PageFacts, target: CheckTarget) -> Iterator[_Thing]:
    page = page_box(target)
    for surface in facts.surfaces:
        if not (surface.turned or surface.silent) and beyond(surface.box, page) == 0:
            yield _Thing(surface.path, surface.box, surface.above, 0.0)


def _list_texts(facts: PageFacts) -> Iterator[_Thing]:
    blocks: dict[int, tuple[Element, list[Fragment]]] = {}
    for fragment in facts.fragments:
        element = facts.element_of(fragment)
        if element.is_flush and not element.turned and is_seen(fragment, element):
            blocks.setdefault(element.block, (element, []))[1].append(fragment)
    for element, fragments in blocks.values():
        edges = zip(*(fragment.box for fragment in fragments), strict=True)
        left, top, right, bottom = edges
        box = Box(min(left), min(top), max(right), max(bottom))
        if not element.is_code and not element.is_formula:
            yield _Thing(element.path, box, element.surface, element.font_px)


def _finding(thing: _Thing, other: _Thing, edge: _Edge, apart: float) -> Finding:
    back, forth = ("to the left", "to the right") if edge.is_upright else ("up", "down")
    place, line = edge.place(thing.box), edge.place(other.box)
    return warning(
        FindingCode.NEARLY_ALIGNED,
        f"The {edge.name} edge at {place:.0f} px nearly meets the one of {other.path} at "
        f"{line:.0f} px; move it {back if apart < 0 else forth} by {abs(apart):.0f} px, or "
        "further away.",
        thing.path,
        edge_px=place,
        line_px=line,
        apart_px=abs(apart),
    )
