import { expect, test } from "vitest";
import { pageForKey, placeSheet } from "./facts";

test("a sheet is shown whole, in the middle", () => {
  const placed = placeSheet({ width: 1280, height: 720 }, { width: 688, height: 800 });
  expect(placed).toEqual({ left: 24, top: 220, scale: 0.5 });
});

test("a sheet in a window without room keeps a size", () => {
  expect(placeSheet({ width: 3000, height: 3000 }, { width: 10, height: 10 }).scale).toBe(0.05);
});

test("keys walk the pages and stay within them", () => {
  expect(["ArrowRight", " ", "End", "Home", "ArrowLeft"].map((key) => pageForKey(key, 1, 3))).toEqual(
    [2, 2, 2, 0, 0],
  );
  expect(pageForKey("ArrowRight", 2, 3)).toBe(2);
  expect(pageForKey("a", 1, 3)).toBeNull();
});
