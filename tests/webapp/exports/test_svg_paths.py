"""Path data read into lines and curves."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.exports.pptx.svg_paths import PathError, Segment, arc_curves, parse_path


@pytest.mark.parametrize(
    ("data", "kinds", "last"),
    [
        ("M1 2 3 4", "ML", (3, 4)),
        ("m1,2l3-4.5.5 6", "MLL", (4.5, 3.5)),
        ("M0 0h10v5H2V1z", "MLLLLZ", (2, 1)),
        ("M0 0C1 1 2 2 3 3s2 0 3 0", "MCC", (6, 3)),
        ("M0 0Q5 10 10 0T20 0", "MCC", (20, 0)),
        ("M0 0a5 5 0 01 5 5", "MC", (5, 5)),
        ("M0 0A5 5 0 1 0 5 5", "MCCC", (5, 5)),
        ("M0 0a0 5 0 0 1 5 5", "ML", (5, 5)),
        ("", "", None),
    ],
)
def test_commands(data: str, kinds: str, last: tuple[float, float] | None) -> None:
    segments = parse_path(data)
    assert "".join(segment.kind for segment in segments) == kinds
    if last is not None:
        points = [point for segment in segments for point in segment.points]
        assert points[-1] == pytest.approx(last)


def test_a_figure_that_was_closed_goes_on_from_its_beginning() -> None:
    assert parse_path("M5 5h5v5z l1 1")[-1] == Segment("L", ((6, 6),))


def test_a_smooth_curve_mirrors_the_handle_before() -> None:
    _, _, smooth = parse_path("M0 0C0 5 5 10 10 10S20 0 20 5")
    assert smooth.points[0] == pytest.approx((15, 10))


@pytest.mark.parametrize(
    "data", ["L", "5 5", "M5", "M0 0C1 1 2 2", "M0 0z5", "M0 0X5 5", "M0 0 a5 5 0 2 1 5 5"]
)
def test_faults_are_refused(data: str) -> None:
    with pytest.raises(PathError):
        parse_path(data)


def test_endless_paths_are_refused() -> None:
    with pytest.raises(PathError):
        parse_path("M0 0" + "h1" * 5000)


@given(st.floats(0.5, 50), st.floats(0, 360), st.booleans(), st.booleans(), st.floats(-40, 40))
def test_an_arc_of_a_circle_stays_on_the_circle(
    radius: float, turn: float, large: bool, sweep: bool, far: float
) -> None:
    end = (min(far, 2 * radius), 1.0)
    curves = arc_curves((0.0, 0.0), end, radius, radius, turn, large=large, sweep=sweep)
    assert curves[-1][2] == pytest.approx(end, abs=1e-6)
    if math.hypot(*end) < 1.99 * radius:
        centers = _centers(end, radius)
        near = min(
            max(abs(math.dist(center, point) - radius) for _, _, point in curves)
            for center in centers
        )
        assert near < 1e-6 * max(1, radius)


def _centers(end: tuple[float, float], radius: float) -> list[tuple[float, float]]:
    x, y = end[0] / 2, end[1] / 2
    half = math.hypot(x, y)
    height = math.sqrt(radius**2 - half**2)
    return [(x - sign * height * y / half, y + sign * height * x / half) for sign in (1, -1)]
