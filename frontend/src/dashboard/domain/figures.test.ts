import { describe, expect, it } from "vitest";
import * as figures from "./figures";

describe("figures", () => {
  it("that are not known are dashes", () => {
    const { formatCount, formatShort, formatBytes, formatShare, formatRate, formatSeconds, formatAge } = figures;
    for (const format of [formatCount, formatShort, formatBytes, formatShare, formatRate, formatSeconds, formatAge]) {
      for (const unknown of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(format(unknown)).toBe(figures.UNKNOWN);
      }
    }
    expect(figures.withUnit(null, "W")).toBe(figures.UNKNOWN);
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 KB"],
    [2 ** 20, "1.0 MB"],
    [999 * 2 ** 20, "999 MB"],
    [1000 * 2 ** 20, "1.0 GB"],
    [141 * 2 ** 30, "141 GB"],
    [2 ** 70, "1048576 PB"],
  ])("%d bytes are %s", (bytes, text) => expect(figures.formatBytes(bytes)).toBe(text));

  it.each([
    [0, "0 %"],
    [0.004, "0.4 %"],
    [0.421, "42 %"],
    [1, "100 %"],
  ])("a share of %d is %s", (share, text) => expect(figures.formatShare(share)).toBe(text));

  it.each([
    [0, "0"],
    [0.04, "0.0"],
    [38.21, "38.2"],
    [1234.5, "1,235"],
  ])("%d tokens a second are %s", (rate, text) => expect(figures.formatRate(rate)).toBe(text));

  it.each([
    [0.0006, "0.6 ms"],
    [0.84, "840 ms"],
    [3.21, "3.2 s"],
    [65, "1 min 5 s"],
  ])("%d seconds take %s", (seconds, text) => expect(figures.formatSeconds(seconds)).toBe(text));

  it.each([
    [-3, "0 s"],
    [59.9, "59 s"],
    [60, "1 min"],
    [599, "9 min 59 s"],
    [3_599, "59 min"],
    [12_000, "3 h 20 min"],
    [90_000, "1 d 1 h"],
  ])("%d seconds are past for %s", (seconds, text) => expect(figures.formatAge(seconds)).toBe(text));

  it("know a part of nothing from nothing of a part", () => {
    expect(figures.shareOf(1, 4)).toBe(0.25);
    expect(figures.shareOf(5, 4)).toBe(1);
    expect(figures.shareOf(0, 4)).toBe(0);
    expect(figures.shareOf(0, 0)).toBeNull();
    expect(figures.shareOf(null, 4)).toBeNull();
  });
});
