import { expect, it } from "vitest";
import { parseShellMessage, safeLink } from "./messages";

it.each([null, 1, "beat", [], {}, { type: "draft" }, { type: "error", message: 3, count: 1 }])(
  "takes nothing from %o",
  (value) => expect(parseShellMessage(value)).toBeNull(),
);

it("cuts a long error and keeps its count", () => {
  const parsed = parseShellMessage({ type: "error", message: "x".repeat(9_000), count: 4, more: 1 });
  expect(parsed).toEqual({ type: "error", message: "x".repeat(2_000), count: 4 });
});

it("refuses an endless link", () => {
  expect(parseShellMessage({ type: "link", href: `https://e.com/${"x".repeat(5_000)}` })).toBeNull();
});

it("opens web pages and nothing else", () => {
  expect(safeLink("https://example.com/a")).toBe("https://example.com/a");
  for (const href of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "/here"]) {
    expect(safeLink(href)).toBeNull();
  }
});
