"""What should not be in a finished page, and what is missing from it."""

import re
from collections.abc import Iterator

from webapp.artifacts.checks import Finding
from webapp.rendering.check.codes import FindingCode
from webapp.rendering.check.facts import Box, PageFacts
from webapp.rendering.check.findings import error, quote, warning
from webapp.rendering.check.picture import Picture
from webapp.rendering.check.rules.bounds import is_seen, page_box
from webapp.rendering.check.target import CheckTarget

LEAST_CANVAS_SHARE = 0.05
PLAIN_CANVAS_SHARE = 0.0003
_PLACEHOLDERS = re.compile(
    r"(?i:lorem ipsum|dolor sit amet)|\bTODO\b|\bFIXME\b|\bTBD\b|\b[xX]{3,}\b|\{\{.*?\}\}|\$\{.*?\}"
    r"|<%.*?%>|\[object Object\]"
    r"|\[(?i:insert|your|add|placeholder|company|name|date|image|logo)\b[^\]]*\]"
    r"|^(?:undefined|NaN|null|placeholder|image placeholder|your (?:text|title|name|logo) here)$",
)


def find_placeholders(facts: PageFacts) -> Iterator[Finding]:
    """Text that waits to be replaced. Code may hold anything."""
    for fragment in facts.fragments:
        element = facts.element_of(fragment)
        match = _PLACEHOLDERS.search(fragment.text) if not element.is_code else None
        if match is not None and is_seen(fragment, element):
            yield error(
                FindingCode.PLACEHOLDER,
                f"The text {quote(fragment.text)} still holds the placeholder "
                f"{quote(match.group())}; write what belongs there.",
                element.path,
            )


def find_missing_images(facts: PageFacts, reported: frozenset[str]) -> Iterator[Finding]:
    """Images that show nothing; not those whose address is in `reported` already."""
    for picture in facts.pictures:
        if picture.broken and picture.source not in reported:
            source = picture.source or "nothing"
            yield error(
                FindingCode.MISSING_IMAGE,
                f"This image shows nothing: its source is {quote(source)}; draw it as SVG or "
                "leave it out.",
                picture.path,
                width_px=picture.box.width,
                height_px=picture.box.height,
            )


def is_blank(shots: list[Picture]) -> bool:
    """True if nothing is to be seen in any of the screenshots."""
    return all(shot.is_plain() for shot in shots)


def blank_finding() -> Finding:
    """For a page on which nothing is to be seen."""
    return error(FindingCode.BLANK, "Nothing is to be seen: the whole page has one color.", "body")


def find_blank_canvases(
    facts: PageFacts, target: CheckTarget, shots: list[Picture]
) -> Iterator[Finding]:
    """Canvases of some size on which nothing is ever painted."""
    page = page_box(target)
    for picture in facts.pictures:
        box = Box(*picture.box).intersect(page)
        if picture.kind != "canvas" or box.area < LEAST_CANVAS_SHARE * page.area or picture.faint:
            continue
        least = max(8, int(box.area * target.scale**2 * PLAIN_CANVAS_SHARE))
        if all(shot.is_plain(box, least) for shot in shots):
            say = error if target.is_laid_out else warning
            yield say(
                FindingCode.BLANK_CANVAS,
                f"Nothing is painted on this canvas of {box.width:.0f}×{box.height:.0f} px.",
                picture.path,
                width_px=box.width,
                height_px=box.height,
            )
