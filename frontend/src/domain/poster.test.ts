import { expect, it } from "vitest";
import { fittingZoom, posterSize, steppedZoom, zoomLabel } from "./poster";

it.each([
  ["A4", 793.7, 1122.5, "A4"],
  ["a3 landscape", 1587.4, 1122.5, "A3 landscape"],
  ["A0 portrait", 3178.6, 4493.9, "A0"],
  ["letter", 816, 1056, "Letter"],
  ["square", 1080, 1080, "1080 × 1080 px"],
  ["story", 1080, 1920, "1080 × 1920 px"],
  ["banner portrait", 500, 1500, "500 × 1500 px"],
  ["600x400mm", 2267.7, 1511.8, "600 × 400 mm"],
  ["1080x1350px", 1080, 1350, "1080 × 1350 px"],
])("reads %s", (words, width, height, label) => {
  const size = posterSize(words);
  expect(size.width).toBeCloseTo(width, 0);
  expect(size.height).toBeCloseTo(height, 0);
  expect(size.label).toBe(label);
});

it.each([null, undefined, "", "huge", "0x100px", "-1x5mm"])("takes A4 for %o", (words) =>
  expect(posterSize(words).label).toBe("A4"),
);

it("fits the whole sheet with its margin, and never enlarges it", () => {
  const sheet = { width: 800, height: 1000 };
  expect(fittingZoom(sheet, { width: 500, height: 540 }, 20)).toBeCloseTo(0.5);
  expect(fittingZoom(sheet, { width: 5000, height: 5000 }, 20)).toBe(1);
  expect(fittingZoom(sheet, { width: 0, height: 0 }, 20)).toBeGreaterThan(0);
});

it("steps between 25 and 200 %", () => {
  expect(steppedZoom(0.31, 1)).toBe(0.5);
  expect(steppedZoom(0.31, -1)).toBe(0.25);
  expect(steppedZoom(2, 1)).toBe(2);
  expect(steppedZoom(0.25, -1)).toBe(0.25);
  expect(zoomLabel(0.314)).toBe("31 %");
});
