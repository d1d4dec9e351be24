import { expect, it } from "vitest";
import { parseNews, parseWish } from "./presenter-messages";

it.each([null, 3, "hello", {}, { type: "go" }, { type: "go", position: 0 }, { type: "key", key: 4 }])(
  "hears no wish in %o",
  (value) => expect(parseWish(value)).toBeNull(),
);

it("hears wishes, and nothing beside them", () => {
  expect(parseWish({ type: "hello", more: 1 })).toEqual({ type: "hello" });
  expect(parseWish({ type: "go", position: 4 })).toEqual({ type: "go", position: 4 });
  expect(parseWish({ type: "key", key: "b" })).toEqual({ type: "key", key: "b", withShift: false });
});

const STATE = { type: "state", version: 3, position: 2, curtain: "black", elapsedMs: 90 };

it.each([
  null,
  { type: "hello" },
  { ...STATE, position: 1.5 },
  { ...STATE, curtain: "red" },
  { ...STATE, elapsedMs: "90" },
])("hears no news in %o", (value) => expect(parseNews(value)).toBeNull());

it("hears where the show is and when it is over", () => {
  expect(parseNews(STATE)).toEqual(STATE);
  expect(parseNews({ type: "over", x: 1 })).toEqual({ type: "over" });
});
