"""`data-chart` as checked data."""

import json

import pytest

from webapp.exports.pptx.charts import ChartError, parse_chart
from webapp.exports.pptx.colors import Color


def test_our_own_form() -> None:
    spec = parse_chart(
        json.dumps(
            {
                "type": "bar",
                "labels": ["a", 2],
                "series": [{"name": "One", "values": [1, None], "color": "#0f0"}],
                "stacked": True,
                "title": "Sums",
            }
        )
    )
    assert str(spec.type) == "column"
    assert spec.stacked
    assert list(spec.labels) == ["a", "2"]
    assert list(spec.series[0].values) == [1, None]
    assert spec.series[0].color == Color(0, 255, 0)


def test_the_form_of_chart_js() -> None:
    spec = parse_chart(
        json.dumps(
            {
                "type": "bar",
                "data": {
                    "labels": ["a", "b"],
                    "datasets": [{"label": "One", "data": [1, 2], "borderWidth": 3}],
                },
                "options": {"indexAxis": "y", "plugins": {}},
            }
        )
    )
    assert str(spec.type) == "bar"
    assert list(spec.labels) == ["a", "b"]
    assert spec.series[0].name == "One"


def test_points_of_a_scatter_chart() -> None:
    spec = parse_chart('{"type": "scatter", "series": [{"values": [[1, 2], {"x": 3, "y": 4}]}]}')
    assert list(spec.series[0].places) == [1, 3]
    assert list(spec.series[0].values) == [2, 4]


def test_labels_that_are_missing_are_counted_out() -> None:
    spec = parse_chart('{"type": "pie", "labels": ["a"], "series": [{"values": [1, 2, 3]}]}')
    assert spec.labels == ("a", "2", "3")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"type": "bar"}',
        '{"type": "bar", "series": []}',
        '{"type": "bar", "series": [{"values": []}]}',
        '{"type": "bar", "series": [{"values": ["many"]}]}',
        '{"type": "bar", "series": [{"values": [1e999]}]}',
        '{"type": "bar", "series": [{"values": [NaN]}]}',
        '{"type": "treemap", "series": [{"values": [1]}]}',
        '{"type": "bar", "series": [{"values": [1], "script": "x"}]}',
        "[" * 100_000,
    ],
)
def test_faulty_data_is_refused(text: str) -> None:
    with pytest.raises(ChartError):
        parse_chart(text)
