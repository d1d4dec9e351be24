"""Text that is there but cannot be read: too little contrast, or covered by something."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from webapp.artifacts.checks import Finding
from webapp.rendering.check.codes import FindingCode
from webapp.rendering.check.facts import Box, Element, Fragment, PageFacts
from webapp.rendering.check.findings import error, quote, warning
from webapp.rendering.check.picture import Picture, Pixels, contrast_ratios, difference
from webapp.rendering.check.rules.bounds import is_seen, page_box
from webapp.rendering.check.target import CheckTarget

NORMAL_RATIO = 4.5
LARGE_RATIO = 3.0
LARGE_PX = 24.0
LARGE_BOLD_PX = 18.66
BOLD = 700
# Below this share of what is needed, a text is lost and not only faint.
LOST_SHARE = 0.67
WORST_SHARE = 5
MOST_SAMPLES = 3000
LETTER_DIFFERENCE = 16
COVERED_SHARE = 0.25
WHOLE_SHARE = 0.75
_CHUNK_EM = 1.2
_VISIBLE_RATIO = 1.5


def find_illegible(
    facts: PageFacts, target: CheckTarget, shown: Picture, without_text: Picture
) -> Iterator[Finding]:
    """Compares each line of text with the pixels behind it, which a second screenshot without
    letters shows. What changes nothing between the two is covered."""
    for fragment in facts.fragments:
        element = facts.element_of(fragment)
        if not is_seen(fragment, element) or element.is_disabled:
            continue
        box = _visible_box(fragment, element, target)
        letters, behind = shown.region(box), without_text.region(box)
        if min(behind.shape[:2]) < 2:
            continue
        covered = 0.0
        # Of a line that is cut off, the upper edge of most letters may be all that is left.
        is_whole = box.height >= WHOLE_SHARE * fragment.box.ink().height
        if target.is_laid_out and is_whole and not element.turned and not element.overlaps:
            chunk = max(2, round(_CHUNK_EM * element.font_px * shown.scale))
            covered = _covered_share(element, letters, behind, chunk)
        if covered > COVERED_SHARE:
            yield _covered_finding(fragment, element, covered)
            continue
        ratio, needed = _ratio(element, letters, behind), _needed_ratio(element)
        if ratio < needed:
            yield _contrast_finding(fragment, element, target, ratio, needed)


def _visible_box(fragment: Fragment, element: Element, target: CheckTarget) -> Box:
    box = fragment.box.ink().intersect(page_box(target))
    for clip in element.clips:
        box = box.intersect(clip.box)
    return box


def _needed_ratio(element: Element) -> float:
    is_large = element.font_px >= LARGE_PX or (
        element.weight >= BOLD and element.font_px >= LARGE_BOLD_PX
    )
    return LARGE_RATIO if is_large else NORMAL_RATIO


def _ratio(element: Element, letters: Pixels, behind: Pixels) -> float:
    """The contrast of the worst few of all places behind the text."""
    if element.painted_oddly or element.turned:
        return _measured_ratio(letters, behind)
    return float(np.percentile(_ratios_behind(element, behind), WORST_SHARE))


def _ratios_behind(
    element: Element, behind: Pixels
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    flat = behind.reshape(-1, 3)
    samples = flat[:: max(1, len(flat) // MOST_SAMPLES)].astype(np.float64)
    alpha = min(1.0, element.alpha)
    text = alpha * np.array(element.color, dtype=np.float64) + (1 - alpha) * samples
    return contrast_ratios(text, samples)


def _measured_ratio(letters: Pixels, behind: Pixels) -> float:
    """Where the color of the letters is not known, or where in their box they stand: from the
    pixels that they change most."""
    delta = difference(letters, behind)
    strongest = int(delta.max())
    if strongest < LETTER_DIFFERENCE:
        return 1.0
    core = delta >= 0.8 * strongest
    return float(np.median(contrast_ratios(letters[core], behind[core])))


def _covered_share(element: Element, letters: Pixels, behind: Pixels, chunk: int) -> float:
    """The share of the line, in pieces of about a letter, in which letters that could be seen
    against what is there change nothing."""
    changed: NDArray[np.bool_] = np.any(difference(letters, behind) > LETTER_DIFFERENCE, axis=0)
    pieces = max(1, len(changed) // chunk)
    hidden = 0
    for index in range(pieces):
        piece = slice(index * len(changed) // pieces, (index + 1) * len(changed) // pieces)
        if not changed[piece].any() and not element.painted_oddly:
            ratios = _ratios_behind(element, behind[:, piece])
            hidden += bool(np.median(ratios) > _VISIBLE_RATIO)
    return hidden / pieces


def _covered_finding(fragment: Fragment, element: Element, share: float) -> Finding:
    return error(
        FindingCode.TEXT_COVERED,
        f"{share:.0%} of the text {quote(fragment.text)} lie under something else; move it or "
        "bring it to the front.",
        element.path,
        covered_share=share,
    )


def _contrast_finding(
    fragment: Fragment, element: Element, target: CheckTarget, ratio: float, needed: float
) -> Finding:
    is_lost = target.is_laid_out and ratio < needed * LOST_SHARE
    say = error if is_lost else warning
    return say(
        FindingCode.LOW_CONTRAST,
        f"The text {quote(fragment.text)} has a contrast of {ratio:.1f}:1 against what is behind "
        f"it and needs {needed:g}:1; change its color, or put a plain surface behind it.",
        element.path,
        ratio=ratio,
        needed=needed,
        font_px=element.font_px,
    )
