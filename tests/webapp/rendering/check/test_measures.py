"""What is computed without a browser."""

import numpy as np
import pytest

from webapp.artifacts.checks import CheckReport, Finding, Severity
from webapp.artifacts.poster_size import parse_size
from webapp.core.events import CheckState
from webapp.rendering.check.codes import FindingCode
from webapp.rendering.check.facts import Box
from webapp.rendering.check.findings import error, select_worst, warning
from webapp.rendering.check.picture import Picture, contrast_ratios, count_changes
from webapp.rendering.check.reports import merge_reports, on_page
from webapp.rendering.check.target import poster
from webapp.rendering.worker.look_memory import LookMemory


@pytest.mark.parametrize(
    ("text", "behind", "ratio"),
    [
        ((0, 0, 0), (255, 255, 255), 21.0),
        ((255, 255, 255), (0, 0, 0), 21.0),
        ((119, 119, 119), (255, 255, 255), 4.48),
        ((255, 0, 0), (255, 255, 255), 4.0),
        ((18, 52, 86), (18, 52, 86), 1.0),
    ],
)
def test_contrast_is_that_of_the_web_guidelines(
    text: tuple[int, int, int], behind: tuple[int, int, int], ratio: float
) -> None:
    found = contrast_ratios(np.array([text]), np.array([behind]))
    assert found[0] == pytest.approx(ratio, abs=0.01)


def test_a_picture_knows_its_plain_parts_at_any_scale() -> None:
    pixels = np.full((50, 100, 3), 240, dtype=np.uint8)
    pixels[20:30, 60:90] = 10
    picture = Picture(pixels, scale=0.5)
    assert picture.is_plain(Box(0, 0, 100, 100))
    assert not picture.is_plain(Box(100, 0, 200, 100))
    assert not picture.is_plain()
    assert picture.is_plain(Box(500, 500, 600, 600))
    other = Picture(pixels.copy(), scale=0.5)
    other.pixels[0, 0] = 0
    assert (count_changes(picture, picture), count_changes(picture, other)) == (0, 1)


def test_boxes_meet_or_do_not() -> None:
    first, second = Box(0, 0, 10, 10), Box(5, 8, 20, 20)
    assert first.intersect(second) == Box(5, 8, 10, 10)
    assert first.intersect(Box(30, 0, 40, 10)).area == 0


def test_letters_of_posters_grow_with_the_paper() -> None:
    smallest = [poster(parse_size(size)).min_font_px for size in ("A4", "A1", "A0", "square")]
    assert smallest == [pytest.approx(one, abs=0.1) for one in (9, 15.7, 22.3, 14.0)]


def test_each_finding_is_told_once_and_errors_come_first() -> None:
    told = select_worst(
        [
            warning(FindingCode.SMALL_TEXT, "small", "p"),
            error(FindingCode.TEXT_CLIPPED, "cut", "p"),
            error(FindingCode.TEXT_CLIPPED, "cut again", "p"),
        ]
    )
    assert [one.message for one in told] == ["cut", "small"]


def test_reports_of_pages_become_one() -> None:
    fault = Finding(code="blank", severity=Severity.ERROR, message="Nothing.")
    passed = CheckReport(state=CheckState.PASSED, duration_ms=100, frame_rate=60)
    failed = CheckReport(state=CheckState.FAILED, findings=(fault,), duration_ms=50)
    merged = merge_reports([passed, on_page(failed, "0000000a")])
    assert (merged.state, merged.duration_ms, merged.frame_rate) == (CheckState.FAILED, 150, 60)
    assert [one.page for one in merged.findings] == ["0000000a"]
    assert merge_reports([]).state is CheckState.PASSED


def test_only_so_many_looks_are_remembered() -> None:
    memory = LookMemory(most=2)
    passed = CheckReport(state=CheckState.PASSED)
    for digest in ("a", "b"):
        memory.keep(digest, passed)
    memory.recall("a")
    memory.keep("c", passed)
    memory.keep("d", CheckReport(state=CheckState.UNAVAILABLE))
    assert [memory.recall(digest) for digest in "abcd"] == [passed, None, passed, None]
