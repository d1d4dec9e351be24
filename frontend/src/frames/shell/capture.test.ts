import { expect, it } from "vitest";
import { describe as describeValue, ErrorCapture } from "./capture";

it("reports an error that repeats at doubling counts only", () => {
  const reports: number[] = [];
  const capture = new ErrorCapture((_message, count) => reports.push(count));
  for (let frame = 0; frame < 100; frame += 1) capture.note("same");
  expect(reports).toEqual([1, 2, 4, 8, 16, 32, 64]);
});

it("stops at twenty distinct errors", () => {
  const reports: string[] = [];
  const capture = new ErrorCapture((message) => reports.push(message));
  for (let one = 0; one < 50; one += 1) capture.note(`error ${one}`);
  expect(reports).toHaveLength(20);
});

it("describes whatever was thrown", () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  expect(describeValue(new TypeError("no"))).toBe("TypeError: no");
  expect(describeValue({ a: 1 })).toBe('{"a":1}');
  expect(describeValue(undefined)).toBe("undefined");
  expect(describeValue(circle)).toBe("[object Object]");
});
