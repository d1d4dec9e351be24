import { describe, expect, it } from "vitest";
import { filterLines, logLine } from "./log-lines";

const line = (more: object): string =>
  JSON.stringify({ event: "Task received", logger: "celery", level: "info", timestamp: "2026-01-02T03:04:05Z", ...more });

describe("a line of the log", () => {
  it("is told by its time, level, logger and event, and what else it holds", () => {
    const { text, level } = logLine(line({ attempt: 2, request: "r" }));
    expect(text).toMatch(/^\d\d:\d\d:05 info celery Task received attempt=2 request=r$/);
    expect(level).toBe("other");
  });

  it("has the level that it says, whatever words are in it", () => {
    expect(logLine(line({ event: "0 errors" })).level).toBe("other");
    expect(logLine(line({ level: "warning" })).level).toBe("warning");
    expect(logLine(line({ level: "critical" })).level).toBe("error");
  });

  it("shows where it broke on lines of their own", () => {
    expect(logLine(line({ exception: "Traceback\n  at x" })).text).toMatch(/received\nTraceback\n {2}at x$/);
  });

  it.each(["{", "{}", "[]", "null", '{"event"', "plain words", ""])("that is no entry, %j, stays as it is", (text) =>
    expect(logLine(text)).toEqual({ text, level: "other" }),
  );

  it("of plain words is told by them", () => {
    expect(logLine("Traceback (most recent call last):").level).toBe("error");
    expect(logLine("UserWarning: x").level).toBe("other");
    expect(logLine("warning: x").level).toBe("warning");
  });

  it("of broken time shows what it says", () => {
    expect(logLine(line({ timestamp: "soon" })).text).toMatch(/^soon info/);
  });
});

it("finds lines that show all words, in any case", () => {
  const lines = [line({}), line({ event: "Ready", level: "warning" })];
  expect(filterLines(lines, "")).toHaveLength(2);
  expect(filterLines(lines, " CELERY  ready ")).toEqual([logLine(lines[1] ?? "")]);
  expect(filterLines(lines, "timestamp")).toEqual([]);
});
