import { expect, it } from "vitest";
import type { ServedModel } from "../protocol/resources";
import { checkAfterMs, modelLabel } from "./models";

const READY: ServedModel = { name: "nano", context_length: 4096, ready: true, loading: null };
const ABSENT: ServedModel = { ...READY, ready: false };
const LOADING: ServedModel = { ...ABSENT, loading: { text: "Loading weights", progress: 0.4 } };

it("says beside a model's name what keeps it from answering", () => {
  const labels = [READY, ABSENT, LOADING].map(modelLabel);
  expect(labels).toEqual(["nano", "nano (not running)", "nano (loading)"]);
});

it("asks again while the disk is full, and most often while a model loads", () => {
  expect(checkAfterMs([READY], true)).toBeGreaterThan(0);
  expect(checkAfterMs([LOADING], true)).toBe(checkAfterMs([LOADING]));
});

it("asks again while a model is not ready, and often while one loads", () => {
  expect(checkAfterMs([READY])).toBeNull();
  expect(checkAfterMs([])).toBeNull();
  const [absent, loading] = [checkAfterMs([READY, ABSENT]), checkAfterMs([ABSENT, LOADING])];
  expect(loading).toBeLessThan(absent ?? 0);
});
