"""The chart that an element says it shows: `data-chart` as checked data. Pure.

Two forms are read: ours, `{"type", "labels", "series": [{"name", "values"}]}`, and the one of
Chart.js, `{"type", "data": {"labels", "datasets": [{"label", "data"}]}}`, which models know well.
"""

import json
import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from webapp.exports.pptx.colors import Color, parse_color

MAX_POINTS = 2000


class ChartType(StrEnum):
    """The charts that are drawn natively."""

    COLUMN = "column"
    BAR = "bar"
    LINE = "line"
    AREA = "area"
    PIE = "pie"
    DOUGHNUT = "doughnut"
    RADAR = "radar"
    SCATTER = "scatter"


_TYPE_NAMES = {
    "bar": ChartType.COLUMN,
    "column": ChartType.COLUMN,
    "horizontalbar": ChartType.BAR,
    "hbar": ChartType.BAR,
    "line": ChartType.LINE,
    "area": ChartType.AREA,
    "pie": ChartType.PIE,
    "doughnut": ChartType.DOUGHNUT,
    "donut": ChartType.DOUGHNUT,
    "radar": ChartType.RADAR,
    "scatter": ChartType.SCATTER,
}


@dataclass(frozen=True, slots=True)
class Series:
    """A row of values, None where one is missing; `places` are the x of a scatter chart."""

    name: str
    values: tuple[float | None, ...]
    color: Color | None = None
    places: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """What a native chart shows."""

    type: ChartType
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    stacked: bool = False
    title: str = ""


class ChartError(Exception):
    """The data cannot be drawn as a native chart; the message says why."""


def _finite(value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise ValueError("not a finite number")
    return value


Number = Annotated[float | None, AfterValidator(_finite)]
Value = Number | Annotated[list[Number], Field(min_length=2, max_length=2)] | dict[str, Number]


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str = Field(default="", alias="label")
    values: list[Value] = Field(alias="data", max_length=MAX_POINTS)
    color: str | list[str] | None = Field(default=None, alias="backgroundColor")


class _OwnRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = ""
    values: list[Value] = Field(max_length=MAX_POINTS)
    color: str | None = None


class _OwnChart(BaseModel):
    model_config = ConfigDict(extra="forbid")

    type: str
    labels: list[str | float] = Field(default=[], max_length=MAX_POINTS)
    series: list[_OwnRow] = Field(min_length=1, max_length=50)
    stacked: bool = False
    horizontal: bool = False
    title: str = ""


class _ChartJsData(BaseModel):
    model_config = ConfigDict(extra="ignore")

    labels: list[str | float] = Field(default=[], max_length=MAX_POINTS)
    datasets: list[_Row] = Field(min_length=1, max_length=50)


class _ChartJs(BaseModel):
    # The form of another library: what we do not draw natively is left to it.
    model_config = ConfigDict(extra="ignore")

    type: str
    data: _ChartJsData
    options: dict[str, Any] = {}


def parse_chart(text: str) -> ChartSpec:
    """The chart in a `data-chart` attribute. Raises ChartError."""
    try:
        raw = json.loads(text)
        if isinstance(raw, dict) and "data" in raw:
            return _from_chart_js(_ChartJs.model_validate(raw))
        chart = _OwnChart.model_validate(raw)
    except (ValidationError, ValueError, RecursionError) as error:
        raise ChartError("its data-chart cannot be read") from error
    series = [(row.name, row.values, row.color) for row in chart.series]
    kind = _chart_type(chart.type, chart.horizontal)
    return _spec(kind, chart.labels, series, stacked=chart.stacked, title=chart.title)


def _from_chart_js(chart: _ChartJs) -> ChartSpec:
    rows = chart.data.datasets
    series = [
        (row.name, row.values, row.color if isinstance(row.color, str) else None) for row in rows
    ]
    kind = _chart_type(chart.type, chart.options.get("indexAxis") == "y")
    return _spec(kind, chart.data.labels, series, stacked=False, title="")


def _chart_type(name: str, horizontal: bool) -> ChartType:
    kind = _TYPE_NAMES.get(name.lower().replace("-", ""))
    if kind is None:
        raise ChartError(f"PowerPoint gets no native chart of type “{name[:40]}”")
    return ChartType.BAR if horizontal and kind is ChartType.COLUMN else kind


def _spec(
    kind: ChartType,
    labels: list[str | float],
    rows: list[tuple[str, list[Value], str | None]],
    *,
    stacked: bool,
    title: str,
) -> ChartSpec:
    series = []
    for number, (name, values, color) in enumerate(rows, start=1):
        points = [_point(value, index) for index, value in enumerate(values)]
        series.append(
            Series(
                name or f"Series {number}",
                tuple(y for _, y in points),
                _hex_color(color),
                tuple(x for x, _ in points) if kind is ChartType.SCATTER else (),
            )
        )
    count = max(len(row.values) for row in series)
    if count == 0:
        raise ChartError("its data-chart holds no values")
    names = [label if isinstance(label, str) else f"{label:g}" for label in labels[:count]]
    names += [str(number) for number in range(len(names) + 1, count + 1)]
    return ChartSpec(kind, tuple(names), tuple(series), stacked, title)


def _point(value: Value, index: int) -> tuple[float, float | None]:
    if isinstance(value, dict):
        return float(value.get("x") or 0), value.get("y")
    if isinstance(value, list):
        return float(value[0] or 0), value[1]
    return float(index + 1), value


def _hex_color(text: str | None) -> Color | None:
    if not text:
        return None
    digits = text.strip().removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    try:
        return Color(*bytes.fromhex(digits[:6])) if len(digits) in (6, 8) else parse_color(text)
    except ValueError:
        return parse_color(text)
