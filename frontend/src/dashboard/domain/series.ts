/** Samples of one worker as columns for a chart. Pure. */
import type { Sample, Span, WorkerView } from "../protocol/workers";

export type Measure = Exclude<keyof Sample, "t">;

/** Times, then one column a measure; null makes a gap in the line. */
export type Columns = [times: number[], ...figures: (number | null)[][]];

export interface SpanShape {
  /** Seconds that a chart shows. */
  readonly seconds: number;
  /** Seconds between two samples. */
  readonly step: number;
}

export const SPANS: Readonly<Record<Span, SpanShape>> = {
  hour: { seconds: 3_600, step: 1 },
  week: { seconds: 7 * 86_400, step: 60 },
};

/** A line breaks where this many samples in a row are missing. */
const MISSED = 4;

/** What a status says now, as a sample. */
export function sampleOf(worker: WorkerView): Sample {
  const device = worker.devices[0];
  return {
    t: worker.updated_at,
    running: worker.running,
    waiting: worker.waiting,
    kv: worker.kv_blocks_total > 0 ? worker.kv_blocks_used / worker.kv_blocks_total : null,
    in: worker.prompt_tokens_per_second,
    out: worker.tokens_per_second,
    util: device?.utilization ?? null,
    mem: device?.memory_used_bytes ?? null,
    power: device?.power_watts ?? null,
    temp: device?.temperature_celsius ?? null,
  };
}

/** `samples` with a newer one; an older or the same moment changes nothing. Drops what has left the
 * span. */
export function appendSample(
  samples: readonly Sample[],
  sample: Sample,
  seconds: number,
): readonly Sample[] {
  const last = samples.at(-1);
  if (last && sample.t <= last.t) return samples;
  const begin = sample.t - seconds;
  const first = samples.findIndex((one) => one.t >= begin);
  return [...(first < 0 ? [] : samples.slice(first)), sample];
}

/** A history with what was heard live since it was asked for. */
export function joinSamples(
  history: readonly Sample[],
  live: readonly Sample[],
): readonly Sample[] {
  const last = history.at(-1)?.t ?? Number.NEGATIVE_INFINITY;
  return [...history, ...live.filter((sample) => sample.t > last)];
}

/** The columns of a chart. Where samples are missing, a moment without figures is put in. */
export function toColumns(
  samples: readonly Sample[],
  measures: readonly Measure[],
  step: number,
): Columns {
  const times: number[] = [];
  const columns = measures.map((): (number | null)[] => []);
  for (const sample of samples) {
    const last = times.at(-1);
    if (last !== undefined && sample.t - last > MISSED * step) {
      times.push(last + step);
      for (const column of columns) column.push(null);
    }
    times.push(sample.t);
    measures.forEach((measure, at) => columns[at]?.push(sample[measure] ?? null));
  }
  return [times, ...columns];
}

/** Whether any sample tells one of the measures: else there is no chart to draw. */
export function tells(samples: readonly Sample[], measures: readonly Measure[]): boolean {
  return samples.some((sample) => measures.some((measure) => typeof sample[measure] === "number"));
}

/** The last known figure of a measure. */
export function latest(samples: readonly Sample[], measure: Measure): number | null {
  return samples.findLast((sample) => typeof sample[measure] === "number")?.[measure] ?? null;
}

/** Points of a small line in a box of `width` by `height`, the newest at the right edge. */
export function sparkPoints(
  values: readonly number[],
  width: number,
  height: number,
  slots: number,
): string {
  const top = Math.max(1, ...values);
  const stride = width / Math.max(1, slots - 1);
  const begin = width - (values.length - 1) * stride;
  return values
    .map((value, at) => `${round(begin + at * stride)},${round(height - (value / top) * height)}`)
    .join(" ");
}

const round = (value: number): number => Math.round(value * 10) / 10;
