import { expect, it } from "vitest";
import { Pacer } from "./pacing";

const FRAME = 16;

/** Text arrives in bursts; returns the largest time that any character waited, in ms. */
function longestWait(burst: number, everyMs: number): number {
  const pacer = new Pacer();
  pacer.reset(0, 0);
  const arrivedAt: number[] = [];
  let shown = 0;
  let longest = 0;
  for (let now = 0; now < 6_000; now += FRAME) {
    if (now < 5_000 && now % everyMs < FRAME) {
      for (let one = 0; one < burst; one += 1) arrivedAt.push(now);
      pacer.arrive(arrivedAt.length, now);
    }
    const next = pacer.step(now);
    for (; shown < next; shown += 1) longest = Math.max(longest, now - (arrivedAt[shown] ?? 0));
  }
  expect(shown).toBe(arrivedAt.length);
  return longest;
}

it.each([
  [5, 32],
  [40, 96],
  [400, 320],
  [3, 16],
])("shows bursts of %i characters every %i ms within 400 ms", (burst, every) => {
  expect(longestWait(burst, every)).toBeLessThanOrEqual(400);
});

it("spreads a burst over several frames", () => {
  const pacer = new Pacer();
  pacer.reset(0, 0);
  pacer.arrive(300, 0);
  const first = pacer.step(FRAME);
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(300);
});

it("shows everything after a pause in which no frame came", () => {
  const pacer = new Pacer();
  pacer.reset(0, 0);
  pacer.arrive(50, 0);
  pacer.arrive(500, 900);
  expect(pacer.step(1_000)).toBe(500);
});

it("starts with everything shown that was there before", () => {
  const pacer = new Pacer();
  pacer.reset(120, 0);
  expect(pacer.step(1)).toBe(120);
});
