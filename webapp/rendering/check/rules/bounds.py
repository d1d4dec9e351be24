"""Text and pictures outside of the page, the view box or the box that cuts them."""

from collections.abc import Iterator

from webapp.artifacts.checks import Finding
from webapp.core.events import ArtifactKind
from webapp.rendering.check.codes import FindingCode
from webapp.rendering.check.facts import Box, Clip, Element, Fragment, PageFacts, Picture
from webapp.rendering.check.findings import error, quote, warning
from webapp.rendering.check.target import CheckTarget

TOLERANCE_PX = 2.0
# Further out than this, to the left or above, text is hidden on purpose, for listeners.
HIDDEN_PX = 400.0
HIDDEN_BOX_PX = 2.0
PICTURE_OUTSIDE_SHARE = 0.15
DECORATION_ALPHA = 0.15


def find_outside(facts: PageFacts, target: CheckTarget) -> Iterator[Finding]:
    """Everything that stands where nobody can see it whole, the furthest out first."""
    found: list[Finding] = []
    for fragment in facts.fragments:
        element = facts.element_of(fragment)
        if is_seen(fragment, element):
            found += _judge(fragment, element, target)
    yield from sorted(found, key=lambda finding: -finding.numbers["beyond_px"])
    if target.is_laid_out:
        yield from _find_pictures(facts, target)


def is_seen(fragment: Fragment, element: Element) -> bool:
    """False for decoration and for texts that only listeners get."""
    if element.silent or element.alpha <= DECORATION_ALPHA:
        return False
    box = fragment.box
    if box.right < -HIDDEN_PX or box.bottom < -HIDDEN_PX:
        return False
    return all(min(clip.box.width, clip.box.height) > HIDDEN_BOX_PX for clip in element.clips)


def beyond(box: Box, limits: Box, *, x: bool = True, y: bool = True) -> float:
    """How many pixels `box` reaches beyond `limits`; 0 if it lies within."""
    across = max(limits.left - box.left, box.right - limits.right, 0.0) if x else 0.0
    down = max(limits.top - box.top, box.bottom - limits.bottom, 0.0) if y else 0.0
    return max(across, down)


def page_box(target: CheckTarget) -> Box:
    """The whole page."""
    return Box(0, 0, target.width, target.height)


def _judge(fragment: Fragment, element: Element, target: CheckTarget) -> Iterator[Finding]:
    ink = fragment.box.ink()
    for clip in reversed(element.clips):
        amount = beyond(ink, clip.box, x=clip.x, y=clip.y)
        if amount > TOLERANCE_PX:
            found = _cut(fragment, element, clip, amount, target)
            if found is not None:
                yield found
            return
    amount = beyond(ink, page_box(target))
    if target.is_laid_out and amount > TOLERANCE_PX:
        yield error(
            FindingCode.OUTSIDE_PAGE,
            f"The text {quote(fragment.text)} reaches {amount:.0f} px beyond the page of "
            f"{target.width}×{target.height} px; shorten it, move it or split the page.",
            element.path,
            beyond_px=amount,
            right_px=ink.right,
            bottom_px=ink.bottom,
            page_width_px=target.width,
            page_height_px=target.height,
        )


def _cut(
    fragment: Fragment, element: Element, clip: Clip, amount: float, target: CheckTarget
) -> Finding | None:
    if clip.is_view_box and target.kind is ArtifactKind.SVG:
        return error(
            FindingCode.OUTSIDE_VIEW_BOX,
            f"The text {quote(fragment.text)} reaches {amount:.0f} px beyond the drawing; "
            "move it inside or enlarge the viewBox.",
            element.path,
            beyond_px=amount,
        )
    if not target.is_laid_out:
        return None
    say = warning if clip.cuts else error
    return say(
        FindingCode.TEXT_CLIPPED,
        f"The text {quote(fragment.text)} is cut off: {amount:.0f} px of it lie outside of "
        f"{clip.path}, which is {clip.box.width:.0f}×{clip.box.height:.0f} px; make room or "
        "shorten it.",
        element.path,
        beyond_px=amount,
        box_width_px=clip.box.width,
        box_height_px=clip.box.height,
    )


def _find_pictures(facts: PageFacts, target: CheckTarget) -> Iterator[Finding]:
    page = page_box(target)
    for picture in facts.pictures:
        if picture.decorative or picture.faint or not picture.box.area:
            continue
        outside = 1 - page.intersect(picture.box).area / picture.box.area
        if outside > PICTURE_OUTSIDE_SHARE and _is_content(picture):
            yield error(
                FindingCode.OUTSIDE_PAGE,
                f"{outside:.0%} of this {picture.kind} lie outside of the page of "
                f"{target.width}×{target.height} px; make it smaller or move it.",
                picture.path,
                beyond_px=beyond(picture.box, page),
                outside_share=outside,
            )


def _is_content(picture: Picture) -> bool:
    """Drawings and photos that are placed over the edge are mostly decoration; charts never."""
    return picture.kind == "canvas" or not picture.placed
