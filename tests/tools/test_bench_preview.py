"""The arithmetic of the benchmark of the preview, and the pace of its engine."""

import time

from engine.protocol import ToolArgumentDelta, ToolCallFinished
from tests.scripted_engine import Do
from tools.bench_preview import measure_lags, summarize, write_document, write_steadily


def test_a_line_is_seen_with_the_later_ones_that_were_drawn_together_with_it() -> None:
    came = [100.0, 110.0, 120.0, 130.0, 140.0]
    seen = [None, 150.0, None, 250.0]
    assert measure_lags(came, seen) == [50.0, 40.0, 130.0, 120.0]


def test_lines_that_came_unnoticed_have_no_lag() -> None:
    assert measure_lags([None, 110.0], [150.0, 150.0]) == [40.0]


def test_the_summary_holds_the_worst() -> None:
    figures = summarize([51.0, 80.4], [1.0, 2.0, 300.0])
    assert (figures["long_tasks"], figures["longest_task_ms"]) == (2, 80)
    assert (figures["lag_p50_ms"], figures["lag_max_ms"]) == (2, 300)


def test_a_view_that_never_showed_anything_has_no_figures() -> None:
    assert summarize([], [])["lag_max_ms"] is None


def test_the_document_has_its_lines_and_is_written_whole_at_its_pace() -> None:
    document = write_document(20)
    assert len(document.splitlines()) == 20
    begin = time.monotonic()
    text = ""
    for step in write_steadily(document, 4000.0):
        if isinstance(step, Do):
            step.action()
        if isinstance(step, ToolArgumentDelta) and step.key == "content":
            text += step.text
        if isinstance(step, ToolCallFinished):
            assert step.arguments["content"] == document
    assert text == document
    assert time.monotonic() - begin >= (len(document) / 4 - 1) / 4000.0
