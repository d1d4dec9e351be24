"""Letters that are too small or of too many sizes, and fonts that are not there."""

import itertools
from collections.abc import Iterator

from webapp.artifacts.checks import Finding
from webapp.rendering.check.codes import FindingCode
from webapp.rendering.check.facts import Fragment, PageFacts
from webapp.rendering.check.findings import error, quote, warning
from webapp.rendering.check.rules.bounds import is_seen
from webapp.rendering.check.target import CheckTarget

MOST_SIZES = 9
# Fonts of the usual systems: whoever names one of them first has a fallback of the same look.
SYSTEM_FAMILIES = frozenset(
    """
    segoe ui, segoe ui variable, segoe ui emoji, segoe ui symbol, helvetica neue, helvetica, arial,
    arial black, sf pro text, sf pro display, sf mono, san francisco, georgia, times,
    times new roman, cambria, garamond, palatino, palatino linotype, baskerville, didot, verdana,
    tahoma, trebuchet ms, impact, calibri, candara, optima, avenir, avenir next, futura, gill sans,
    century gothic, franklin gothic medium, lucida grande, lucida sans, courier, courier new, menlo,
    monaco, consolas, cascadia code, liberation sans, liberation serif, liberation mono,
    dejavu sans, dejavu serif, dejavu sans mono, roboto, ubuntu, cantarell, comic sans ms,
    pingfang sc, pingfang tc, microsoft yahei, microsoft jhenghei, hiragino sans,
    hiragino sans gb, hiragino kaku gothic pro, yu gothic, meiryo, ms gothic, malgun gothic,
    apple sd gothic neo, simsun, simhei, stheiti, wenquanyi micro hei, apple color emoji
    """.replace("\n", " ")
    .replace("  ", "")
    .strip()
    .split(", ")
)


def find_small_text(facts: PageFacts, target: CheckTarget) -> Iterator[Finding]:
    """Text below the smallest size of a page or poster, the smallest first."""
    smallest = target.min_font_px
    if smallest is None:
        return
    for fragment in sorted(facts.fragments, key=lambda one: facts.element_of(one).font_px):
        element = facts.element_of(fragment)
        if element.font_px >= smallest - 0.25:
            return
        if element.is_small_by_nature or not is_seen(fragment, element):
            continue
        say = error if element.font_px < target.unreadable_px else warning
        yield say(
            FindingCode.SMALL_TEXT,
            f"The text {quote(fragment.text)} has letters of {element.font_px:.0f} px; use at "
            f"least {smallest:.0f} px here.",
            element.path,
            font_px=element.font_px,
            smallest_px=smallest,
        )


def find_many_sizes(facts: PageFacts) -> Iterator[Finding]:
    """More sizes of letters than a page can be read by, at the text whose size is nearest to
    another. Formulas and the like make sizes of their own."""
    first: dict[int, Fragment] = {}
    for fragment in facts.fragments:
        element = facts.element_of(fragment)
        if element.is_small_by_nature or element.is_formula or not is_seen(fragment, element):
            continue
        first.setdefault(round(element.font_px), fragment)
    sizes = sorted(first)
    if len(sizes) <= MOST_SIZES:
        return
    near, odd = min(itertools.pairwise(sizes), key=lambda pair: pair[1] / max(1, pair[0]))
    listed = ", ".join(str(size) for size in sizes)
    yield warning(
        FindingCode.MANY_SIZES,
        f"The page has letters of {len(sizes)} sizes ({listed} px), and {MOST_SIZES} are plenty; "
        f"give {quote(first[odd].text)} {near} px instead of {odd} px, and join others that are "
        "near to each other.",
        facts.element_of(first[odd]).path,
        sizes=len(sizes),
        most=MOST_SIZES,
        font_px=odd,
        nearest_px=near,
    )


def find_missing_fonts(facts: PageFacts) -> Iterator[Finding]:
    """Fonts that are asked for first and are neither here nor usual elsewhere."""
    for font in facts.fonts:
        if not font.there and font.family.lower() not in SYSTEM_FAMILIES:
            yield warning(
                FindingCode.MISSING_FONT,
                f"The font {font.family} is not there, so another one is shown; use a font of the "
                "library or a system font.",
                font.path,
            )
