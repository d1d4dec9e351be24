"""Lines of text that run into each other."""

from collections.abc import Iterator

from webapp.artifacts.checks import Finding
from webapp.rendering.check.codes import FindingCode
from webapp.rendering.check.facts import Box, Element, Fragment, PageFacts
from webapp.rendering.check.findings import error, quote
from webapp.rendering.check.rules.bounds import is_seen

LEAST_WIDTH_PX = 4.0
LEAST_SHARE_OF_HEIGHT = 0.25
_Line = tuple[Box, Fragment, Element]


def find_overlaps(facts: PageFacts) -> Iterator[Finding]:
    """Text of one block over text of another. `data-overlap="ok"` on either allows it; turned text
    is left out, since only the box around it is known."""
    lines = sorted(_list_lines(facts), key=lambda line: line[0].top)
    for index, (box, fragment, element) in enumerate(lines):
        for other_box, other, other_element in lines[index + 1 :]:
            if other_box.top >= box.bottom:
                break
            if other_element.block == element.block:
                continue
            shared = box.intersect(other_box)
            if _is_collision(shared, box, other_box):
                yield error(
                    FindingCode.TEXT_OVERLAP,
                    f"The texts {quote(fragment.text)} and {quote(other.text)} lie over each "
                    f"other by {shared.width:.0f}×{shared.height:.0f} px; move one of them.",
                    other_element.path,
                    overlap_width_px=shared.width,
                    overlap_height_px=shared.height,
                )


def _list_lines(facts: PageFacts) -> Iterator[_Line]:
    for fragment in facts.fragments:
        element = facts.element_of(fragment)
        if is_seen(fragment, element) and not element.turned and not element.overlaps:
            yield _visible_part(fragment, element), fragment, element


def _visible_part(fragment: Fragment, element: Element) -> Box:
    box = fragment.box.ink()
    for clip in element.clips:
        box = box.intersect(clip.box)
    return box


def _is_collision(shared: Box, first: Box, second: Box) -> bool:
    lower = min(first.height, second.height)
    return shared.width > LEAST_WIDTH_PX and shared.height > LEAST_SHARE_OF_HEIGHT * lower
