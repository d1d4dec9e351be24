"""The figures of the first token are what the marks of the page say."""

import pytest

from tools.bench_first_token import Turn, read_turn, summarize

MARKS = {
    "click": 100.0,
    "sent": 104.0,
    "accepted": 120.0,
    "started": 125.0,
    "first_delta": 160.0,
    "visible": 170.0,
    "usage": {"ttft_ms": 20.0},
}


def test_the_engines_own_time_does_not_count_as_added() -> None:
    turn = read_turn(MARKS)
    assert turn.total_ms == 70.0
    assert turn.added_ms == 50.0


def test_the_steps_add_up_to_the_whole() -> None:
    turn = read_turn(MARKS)
    assert turn.steps_ms == (4.0, 16.0, 5.0, 35.0, 10.0)
    assert sum(turn.steps_ms) == turn.total_ms


def test_a_page_that_never_showed_anything_gives_no_figure() -> None:
    with pytest.raises(KeyError):
        read_turn({name: value for name, value in MARKS.items() if name != "visible"})


def test_medians_and_ninetieth_percentiles_are_told() -> None:
    turns = [Turn(float(total), 10.0, (1.0,) * 5) for total in range(20, 31)]
    report = summarize(turns)
    assert report["turns"] == 11
    assert report["added_ms"] == {"median": 15.0, "p90": 19.0}
    assert report["engine_ms"] == {"median": 10.0, "p90": 10.0}
    assert report["median_step_ms"]["visible"] == 1.0
