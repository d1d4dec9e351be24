/** How uPlot draws a chart of ours: thin lines, faint grid, colors from the tokens. */
import type uPlot from "uplot";
import { type ChartPlan, scaleTop } from "../domain/charts";
import { SPANS } from "../domain/series";
import type { Span } from "../protocol/workers";

const HEIGHT_PX = 150;
const AXIS_PX = 26;
const FONT = '11px "Hanken Grotesk", sans-serif';
const DAY_S = 86_400;
/** All charts of the page point at the same moment. */
const SYNC_KEY = "worker";

/** A token's color as the browser computes it: a canvas does not know `light-dark()`. */
function computedColor(place: HTMLElement, token: string): string {
  const probe = document.createElement("i");
  probe.style.color = `var(${token})`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric" });

function timeLabels(span: Span, ticks: readonly number[]): string[] {
  const isDaily = span === "week" && (ticks[1] ?? 0) - (ticks[0] ?? 0) >= DAY_S / 2;
  return ticks.map((tick) => {
    const time = new Date(tick * 1000);
    if (!isDaily) return clock.format(time);
    return time.getHours() === 0 ? day.format(time) : "";
  });
}

/** Options for a chart in `place`; `onPointed` hears the index under the pointer, or null. */
export function chartOptions(
  plan: ChartPlan,
  span: Span,
  place: HTMLElement,
  onPointed: (at: number | null) => void,
): uPlot.Options {
  const ink = computedColor(place, "--ink-faint");
  const grid = { stroke: computedColor(place, "--line"), width: 1 };
  const axis = { stroke: ink, font: FONT, grid, ticks: { show: false } };
  const { seconds } = SPANS[span];
  return {
    width: place.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    padding: [8, 4, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: SYNC_KEY }, points: { size: 6 } },
    scales: {
      x: { time: true, range: (_chart, _low, high) => [(high ?? seconds) - seconds, high ?? seconds] },
      y: { range: (_chart, _low, high) => [0, scaleTop(plan, high)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: AXIS_PX,
        gap: 4,
        values: (_chart, ticks) => timeLabels(span, ticks),
      },
      {
        ...axis,
        size: 58,
        gap: 6,
        values: (_chart, ticks) => ticks.map((tick) => plan.format(tick)),
        ...(plan.steps ? { incrs: [...plan.steps] } : {}),
      },
    ],
    series: [{}, ...plan.lines.map((_line, at) => lineStyle(place, at))],
    hooks: { setCursor: [(chart) => onPointed(chart.cursor.idx ?? null)] },
  };
}

/** The second line is dashed: color is not the only difference. */
function lineStyle(place: HTMLElement, at: number): uPlot.Series {
  const style = {
    stroke: computedColor(place, `--chart-${at + 1}`),
    width: 1.5,
    points: { show: false },
    spanGaps: false,
  };
  return at === 0 ? style : { ...style, dash: [5, 3] };
}
