"""How laid-out things look, from facts that are made up; documents are tested with a browser."""

import numpy as np
import pytest

from webapp.artifacts.checks import CheckReport, Finding, Severity
from webapp.core.events import CheckState
from webapp.rendering.check.codes import FindingCode
from webapp.rendering.check.facts import Box, PageFacts, Paint, Surface
from webapp.rendering.check.findings import warning
from webapp.rendering.check.reports import add_finding
from webapp.rendering.check.rules.alignment import find_nearly_aligned
from webapp.rendering.check.rules.layouts import Layout, Part, find_repeats
from webapp.rendering.check.rules.palette import find_many_colors, hue_of
from webapp.rendering.check.rules.space import Rectangle, largest_empty
from webapp.rendering.check.target import deck_page
from webapp.rendering.worker.look_memory import LookMemory

ADVICE = warning(FindingCode.SAME_LAYOUT, "Pages 1 to 3 have the same layout.", "body")


def facts(
    *, boxes: tuple[Box, ...] = (), colors: tuple[tuple[int, int, int], ...] = ()
) -> PageFacts:
    surfaces = tuple(
        Surface(
            path=f"#box{number}", box=box, above=-1, is_picture=False, turned=False, silent=False
        )
        for number, box in enumerate(boxes)
    )
    paints = tuple(Paint(path=f"#paint{n}", color=color) for n, color in enumerate(colors))
    nothing: dict[str, tuple[()]] = {"elements": (), "fragments": (), "pictures": (), "fonts": ()}
    return PageFacts.model_validate(
        {"width": 1280, "height": 720, "title": "", "surfaces": surfaces, "paints": paints}
        | nothing
    )


@pytest.mark.parametrize(
    ("color", "hue"), [((255, 0, 0), 29), ((0, 255, 0), 142), ((0, 0, 255), 264)]
)
def test_hues_are_those_of_oklch(color: tuple[int, int, int], hue: int) -> None:
    assert hue_of(color) == pytest.approx(hue, abs=1)


def test_grays_and_off_whites_have_no_hue() -> None:
    assert [hue_of(color) for color in ((0, 0, 0), (128, 128, 128), (253, 251, 246))] == [None] * 3


def test_tints_count_once_and_grays_never() -> None:
    six = (
        (220, 30, 30),
        (230, 140, 20),
        (40, 150, 60),
        (20, 150, 160),
        (40, 80, 200),
        (150, 50, 200),
    )
    tints = ((250, 160, 160), (160, 190, 255), (200, 200, 200), (17, 17, 17))
    assert list(find_many_colors(facts(colors=(*six, *tints)))) == []
    (found,) = find_many_colors(facts(colors=(*six, (190, 200, 20))))
    assert (found.code, found.severity, found.numbers["colors"]) == ("many_colors", "warning", 7)


def test_a_box_beside_the_line_of_two_others_is_named_with_both_places() -> None:
    boxes = (Box(80, 100, 600, 200), Box(80, 220, 600, 320), Box(84, 340, 604, 440))
    left, right = find_nearly_aligned(facts(boxes=boxes), deck_page())
    assert (left.element, left.numbers) == (
        "#box2",
        {"edge_px": 84, "line_px": 80, "apart_px": 4},
    )
    assert right.numbers == {"edge_px": 604, "line_px": 600, "apart_px": 4}


@pytest.mark.parametrize(
    "third",
    [
        Box(80, 340, 600, 440),
        Box(81, 340, 601, 440),
        Box(96, 340, 616, 440),
        Box(84, 340, 600, 440),
        Box(84, 340, 596, 440),
        Box(84, 150, 604, 300),
    ],
    ids=["in line", "by less than is seen", "on purpose", "right edges", "centers", "over another"],
)
def test_boxes_that_stand_in_another_line_or_far_off_are_left_alone(third: Box) -> None:
    boxes = (Box(80, 100, 600, 200), Box(80, 220, 600, 320), third)
    assert list(find_nearly_aligned(facts(boxes=boxes), deck_page())) == []


def test_bars_on_one_ground_may_have_any_height() -> None:
    tops = (300, 300, 303, 420)
    bars = tuple(Box(100 + 80 * n, top, 160 + 80 * n, 600) for n, top in enumerate(tops))
    assert list(find_nearly_aligned(facts(boxes=bars), deck_page())) == []


def test_the_largest_empty_rectangle_is_found() -> None:
    cells = np.zeros((6, 8), dtype=bool)
    assert largest_empty(cells) == Rectangle(0, 0, 6, 8)
    cells[2, 3] = True
    cells[5, 0] = True
    assert largest_empty(cells) == Rectangle(0, 4, 6, 8)
    cells[:, 6] = True
    assert largest_empty(cells) == Rectangle(0, 0, 5, 3)
    assert largest_empty(np.ones((3, 3), dtype=bool)).area == 0


def test_three_pages_alike_are_one_finding_and_two_are_none() -> None:
    listed: Layout = (Part(64, 64, 40, 48, False), Part(64, 64, 140, 28, False))
    cards: Layout = (*listed, Part(64, 500, 140, 0, False), Part(540, 980, 140, 0, False))
    assert list(find_repeats([listed, listed, cards, listed, listed, None, None, None])) == []
    ((index, finding),) = find_repeats([None, cards, listed, listed, listed, listed])
    assert (index, finding.severity) == (4, Severity.WARNING)
    assert finding.numbers == {"first_page": 3, "last_page": 6, "parts": 2}


def test_advice_turns_a_pass_into_a_warning_and_nothing_else_into_less() -> None:
    fault = Finding(code="blank", severity=Severity.ERROR, message="Nothing.")
    failed = CheckReport(state=CheckState.FAILED, findings=(fault,))
    assert add_finding(CheckReport(state=CheckState.PASSED), ADVICE).state is CheckState.WARNED
    assert add_finding(failed, ADVICE).state is CheckState.FAILED
    unavailable = CheckReport(state=CheckState.UNAVAILABLE)
    assert add_finding(unavailable, ADVICE) == unavailable


def test_layouts_are_remembered_with_their_reports() -> None:
    memory = LookMemory()
    layout: Layout = (Part(64, 64, 40, 48, False),)
    memory.keep("a", CheckReport(state=CheckState.PASSED), layout)
    memory.keep("b", CheckReport(state=CheckState.PASSED))
    assert [memory.recall_layout(digest) for digest in "abc"] == [layout, None, None]
