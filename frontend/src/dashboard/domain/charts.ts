/** Which charts a worker has, and how their figures are written. Pure. */
import type { Sample } from "../protocol/workers";
import { formatBytes, formatRate, formatShare, UNKNOWN } from "./figures";
import { latest, type Measure, tells } from "./series";

export interface ChartLine {
  readonly measure: Measure;
  readonly label: string;
}

export interface ChartPlan {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly format: (value: number | null) => string;
  /** The top of the scale where it is fixed. */
  readonly top: number | null;
  /** The steps between the scale's marks where not every number makes one. */
  readonly steps?: readonly number[];
}

/** Nothing stands between one request and two; 256 MB is a mark, 200 million bytes are not. */
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];
const BINARY = Array.from({ length: 50 }, (_, power) => 2 ** power);

const count = (value: number | null): string => (value === null ? UNKNOWN : String(Math.round(value * 10) / 10));
const unit = (name: string) => (value: number | null) => value === null ? UNKNOWN : `${Math.round(value)} ${name}`;

export const CHARTS: readonly ChartPlan[] = [
  {
    title: "Tokens a second",
    lines: [
      { measure: "out", label: "Written" },
      { measure: "in", label: "Read" },
    ],
    format: formatRate,
    top: null,
  },
  {
    title: "Requests",
    lines: [
      { measure: "running", label: "Running" },
      { measure: "waiting", label: "Waiting" },
    ],
    format: count,
    top: null,
    steps: WHOLE,
  },
  { title: "KV cache in use", lines: [{ measure: "kv", label: "Used" }], format: formatShare, top: 1 },
  { title: "Utilization", lines: [{ measure: "util", label: "Busy" }], format: formatShare, top: 1 },
  {
    title: "Memory",
    lines: [{ measure: "mem", label: "Used" }],
    format: formatBytes,
    top: null,
    steps: BINARY,
  },
  { title: "Power", lines: [{ measure: "power", label: "Drawn" }], format: unit("W"), top: null },
  { title: "Temperature", lines: [{ measure: "temp", label: "Chip" }], format: unit("°C"), top: null },
];

/** The charts for which there is something to draw; the first three always have a place. */
export function chartsFor(samples: readonly Sample[]): readonly ChartPlan[] {
  return CHARTS.filter((plan, at) => at < 3 || tells(samples, plan.lines.map((line) => line.measure)));
}

/** A chart in words, for those who do not see it. */
export function chartInWords(plan: ChartPlan, samples: readonly Sample[]): string {
  const lines = plan.lines.map(
    ({ measure, label }) => `${label.toLowerCase()} ${plan.format(latest(samples, measure))}`,
  );
  return `${plan.title}, now: ${lines.join(", ")}`;
}

/** The scale's upper end: a bit above the highest figure, at least 1 for counts and rates. */
export function scaleTop(plan: ChartPlan, highest: number | null): number {
  if (plan.top !== null) return plan.top;
  return Math.max(1, (highest ?? 0) * 1.12);
}
