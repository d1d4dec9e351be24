import { describe, expect, it } from "vitest";
import { chartInWords, CHARTS, chartsFor, scaleTop } from "./charts";
import { appendSample, joinSamples, latest, sampleOf, sparkPoints, tells, toColumns } from "./series";
import { someSample, someWorker } from "./some-worker";

const times = (samples: readonly { t: number }[]): number[] => samples.map((sample) => sample.t);

describe("samples", () => {
  it("are what a worker says now", () => {
    expect(sampleOf(someWorker())).toEqual(
      someSample(100, { running: 1, waiting: 2, kv: 0.25, in: 5, out: 12.34 }),
    );
    expect(sampleOf(someWorker({ kv_blocks_total: 0 })).kv).toBeNull();
  });

  it("are appended once, and leave when their span is over", () => {
    const some = [1, 2, 3].map((t) => someSample(t));
    expect(appendSample(some, someSample(3), 60)).toBe(some);
    expect(appendSample(some, someSample(2.5), 60)).toBe(some);
    expect(times(appendSample(some, someSample(4), 60))).toEqual([1, 2, 3, 4]);
    expect(times(appendSample(some, someSample(12), 10))).toEqual([2, 3, 12]);
    expect(times(appendSample(some, someSample(900), 10))).toEqual([900]);
    expect(times(appendSample([], someSample(1), 10))).toEqual([1]);
  });

  it("of the past go on with those heard since", () => {
    const live = [2, 3, 4].map((t) => someSample(t));
    expect(times(joinSamples([someSample(1), someSample(3)], live))).toEqual([1, 3, 4]);
    expect(times(joinSamples([], live))).toEqual([2, 3, 4]);
  });

  it("become columns, with a gap where some are missing", () => {
    const samples = [someSample(1, { out: 5 }), someSample(5), someSample(10, { out: 7, in: 2 })];
    expect(toColumns(samples, ["out", "in"], 1)).toEqual([
      [1, 5, 6, 10],
      [5, null, null, 7],
      [null, null, null, 2],
    ]);
    expect(toColumns([], ["out"], 1)).toEqual([[], []]);
  });

  it("tell the last known figure", () => {
    const samples = [someSample(1, { util: 0.5 }), someSample(2)];
    expect(latest(samples, "util")).toBe(0.5);
    expect(latest(samples, "power")).toBeNull();
    expect(tells(samples, ["power", "util"])).toBe(true);
    expect(tells(samples, ["power"])).toBe(false);
  });

  it("make a small line that ends at the right edge and stays in its box", () => {
    expect(sparkPoints([0, 5, 10], 100, 20, 5)).toBe("50,20 75,10 100,0");
    expect(sparkPoints([0, 0], 100, 20, 2)).toBe("0,20 100,20");
    expect(sparkPoints([], 100, 20, 60)).toBe("");
  });
});

describe("charts", () => {
  it("are there for what is told, the first three always", () => {
    expect(chartsFor([])).toHaveLength(3);
    const titles = chartsFor([someSample(1, { temp: 60 })]).map((plan) => plan.title);
    expect(titles.at(-1)).toBe("Temperature");
    expect(titles).toHaveLength(4);
  });

  it("are told in words", () => {
    const [tokens] = CHARTS;
    expect(tokens && chartInWords(tokens, [someSample(1, { out: 38.2 })])).toBe(
      "Tokens a second, now: written 38.2, read –",
    );
  });

  it("have room above the highest figure, and a top where that is known", () => {
    const [tokens, , cache] = CHARTS;
    expect(tokens && scaleTop(tokens, 100)).toBeCloseTo(112);
    expect(tokens && scaleTop(tokens, null)).toBe(1);
    expect(cache && scaleTop(cache, 0.1)).toBe(1);
  });

  it("mark whole requests and powers of two of bytes", () => {
    const steps = (title: string) => CHARTS.find((plan) => plan.title === title)?.steps ?? [];
    expect(steps("Requests").every(Number.isInteger)).toBe(true);
    expect(steps("Memory")).toContain(256 * 2 ** 20);
    expect(steps("Memory")).not.toContain(100_000_000);
  });
});
