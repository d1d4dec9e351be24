"""Native charts on a slide."""

from typing import Any

from pptx.chart.chart import Chart as PptxChart
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.slide import Slide
from pptx.util import Emu, Pt

from webapp.exports.pptx.charts import ChartSpec, ChartType
from webapp.exports.pptx.colors import Color
from webapp.exports.pptx.drawing_xml import emu
from webapp.exports.pptx.scene import Chart
from webapp.exports.pptx.text_xml import xml_text

_TYPES = {
    ChartType.COLUMN: (XL_CHART_TYPE.COLUMN_CLUSTERED, XL_CHART_TYPE.COLUMN_STACKED),
    ChartType.BAR: (XL_CHART_TYPE.BAR_CLUSTERED, XL_CHART_TYPE.BAR_STACKED),
    ChartType.LINE: (XL_CHART_TYPE.LINE, XL_CHART_TYPE.LINE_STACKED),
    ChartType.AREA: (XL_CHART_TYPE.AREA, XL_CHART_TYPE.AREA_STACKED),
    ChartType.PIE: (XL_CHART_TYPE.PIE, XL_CHART_TYPE.PIE),
    ChartType.DOUGHNUT: (XL_CHART_TYPE.DOUGHNUT, XL_CHART_TYPE.DOUGHNUT),
    ChartType.RADAR: (XL_CHART_TYPE.RADAR, XL_CHART_TYPE.RADAR),
    ChartType.SCATTER: (XL_CHART_TYPE.XY_SCATTER, XL_CHART_TYPE.XY_SCATTER),
}
_ROUND = (ChartType.PIE, ChartType.DOUGHNUT)
_STROKED = (ChartType.LINE, ChartType.RADAR)
_OWN_COLORS = (
    Color(37, 99, 235),
    Color(234, 88, 12),
    Color(22, 163, 74),
    Color(147, 51, 234),
    Color(220, 38, 38),
    Color(8, 145, 178),
)


def add_chart(slide: Slide, chart: Chart) -> None:
    """Draws the chart where its element was."""
    rect, spec = chart.placement.rect, chart.spec
    plain, stacked = _TYPES[spec.type]
    place = (Emu(emu(length)) for length in (rect.left, rect.top, rect.width, rect.height))
    kind = stacked if spec.stacked else plain
    frame: Any = slide.shapes.add_chart(kind, *place, _data(spec))  # type: ignore[call-arg,arg-type]
    frame.name = spec.title or "Chart"
    drawn = frame.chart
    _write_texts(drawn, chart)
    _paint(drawn, chart)


def _data(spec: ChartSpec) -> Any:
    if spec.type is ChartType.SCATTER:
        points: Any = XyChartData()  # type: ignore[no-untyped-call]
        for row in spec.series:
            series = points.add_series(xml_text(row.name))
            for x, y in zip(row.places, row.values, strict=True):
                if y is not None:
                    series.add_data_point(x, y)
        return points
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = [xml_text(label) for label in spec.labels]
    for row in spec.series:
        data.add_series(xml_text(row.name), row.values)
    return data


def _write_texts(drawn: PptxChart, chart: Chart) -> None:
    spec = chart.spec
    drawn.font.size = Pt(round(min(24.0, max(10.0, chart.size * 0.75)), 1))
    drawn.font.name = xml_text(chart.font)
    drawn.font.color.rgb = _rgb(chart.text_color)
    drawn.has_title = bool(spec.title)
    if spec.title:
        drawn.chart_title.text_frame.text = xml_text(spec.title)
    drawn.has_legend = len(spec.series) > 1 or spec.type in _ROUND
    if drawn.has_legend and drawn.legend is not None:
        drawn.legend.include_in_layout = False
        right = spec.type in _ROUND
        drawn.legend.position = XL_LEGEND_POSITION.RIGHT if right else XL_LEGEND_POSITION.BOTTOM


def _paint(drawn: PptxChart, chart: Chart) -> None:
    colors = [*chart.colors[:2], *_OWN_COLORS]
    for index, (series, row) in enumerate(
        zip(drawn.plots[0].series, chart.spec.series, strict=True)
    ):
        if chart.spec.type in _ROUND:
            for number in range(len(row.values)):
                _fill(series.points[number].format, colors[number % len(colors)])
        elif chart.spec.type in _STROKED:
            series.format.line.color.rgb = _rgb(row.color or colors[index % len(colors)])
            series.format.line.width = Pt(2.25)
            if hasattr(series, "smooth"):
                series.smooth = False
        elif chart.spec.type is ChartType.SCATTER:
            _fill(series.marker.format, row.color or colors[index % len(colors)])
        else:
            _fill(series.format, row.color or colors[index % len(colors)])
    if chart.spec.type not in (*_ROUND, ChartType.RADAR):
        lines = drawn.value_axis.major_gridlines.format.line
        lines.color.rgb = _rgb(chart.text_color)
        lines.color.brightness = 0.75
        lines.width = Pt(0.5)
    if chart.spec.type in (ChartType.COLUMN, ChartType.BAR):
        drawn.plots[0].gap_width = 60


def _fill(form: Any, color: Color) -> None:
    form.fill.solid()
    form.fill.fore_color.rgb = _rgb(color)


def _rgb(color: Color) -> RGBColor:
    return RGBColor(color.red, color.green, color.blue)  # type: ignore[no-untyped-call]
