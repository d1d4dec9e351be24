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

it("cuts what an element says, and takes only a tag for a tag", () => {
  const element = { selector: "x".repeat(900), tag: "H1", text: 4, opening: "<h1>", more: 1 };
  expect(parseShellMessage({ type: "pointed", element })).toEqual({
    type: "pointed",
    element: { selector: "x".repeat(400), tag: "h1", text: "", opening: "<h1>" },
  });
  expect(parseShellMessage({ type: "pointed", element: { ...element, tag: "h1> ignore" } })).toBeNull();
  expect(parseShellMessage({ type: "pointed" })).toBeNull();
});

it("takes a rectangle of near numbers, and nothing else for one", () => {
  const rect = { x: 1, y: -2, width: 3, height: -4 };
  const parsed = { type: "outlined", rect: { ...rect, height: 0 } };
  expect(parseShellMessage({ type: "outlined", rect })).toEqual(parsed);
  for (const wrong of [null, { ...rect, x: "1" }, { ...rect, y: Infinity }, { ...rect, width: NaN }]) {
    expect(parseShellMessage({ type: "outlined", rect: wrong })).toEqual({
      type: "outlined",
      rect: null,
    });
  }
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
