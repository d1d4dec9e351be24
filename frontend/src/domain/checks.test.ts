import { describe, expect, it } from "vitest";
import type { Finding } from "../protocol/resources";
import { bySeverity, checkLabel, fixMessage, measuredWords } from "./checks";

const finding = (wish: Partial<Finding>): Finding => ({
  code: "text_clipped",
  severity: "error",
  page: null,
  element: "h1",
  message: "The title is cut off.",
  numbers: {},
  ...wish,
});

it.each([
  ["passed", 0, 0, "good", "Checked"],
  ["warned", 0, 2, "warning", "2 warnings"],
  ["failed", 1, 3, "bad", "1 problem"],
  ["unavailable", 0, 0, "none", "Not checked"],
] as const)("a check that %s shows as such", (state, errors, warnings, tone, words) =>
  expect(checkLabel({ state, errors, warnings, text: "" })).toEqual({ tone, words }),
);

it("says when there was no check, and when one is going on", () => {
  expect(checkLabel(null).words).toBe("Not checked");
  expect(checkLabel(null, true).words).toBe("Checking…");
});

it("tells what was measured, with its unit", () => {
  expect(measuredWords({ font_size_px: 9, contrast: 2.104, frame_rate_fps: 12 })).toBe(
    "font size 9 px, contrast 2.1, frame rate 12 per second",
  );
});

describe("what the model is asked to fix", () => {
  it("lists problems first, each once, on one line", () => {
    const findings = [
      finding({ severity: "warning", message: "Small text.", element: "p" }),
      finding({}),
      finding({}),
    ];
    expect(bySeverity(findings)[0]?.severity).toBe("error");
    expect(fixMessage("Bees", 3, findings, ["TypeError: x\n is undefined"])).toBe(
      "Fix these problems in “Bees” version 3:\n" +
        "- The title is cut off. (h1)\n- Small text. (p)\n- TypeError: x is undefined",
    );
  });

  it("stays short", () => {
    const errors = Array.from({ length: 30 }, (_, index) => `${index} ${"x".repeat(900)}`);
    const message = fixMessage("", 1, [], errors);
    expect(message).toContain("“Untitled”");
    expect(message).toContain("- and 22 more");
    expect(message.length).toBeLessThan(2_200);
  });
});
