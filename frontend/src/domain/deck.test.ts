import { describe, expect, it } from "vitest";
import type { DeckPage, Finding } from "../protocol/resources";
import { findingsByPage, inOrder, listSlides, moveId, placeAfterKey, placeOf } from "./deck";

const page = (id: string, position: number): DeckPage => ({
  id,
  position,
  title: `Title ${id}`,
  notes: "",
  sources: [],
  sha256: id.repeat(8),
});
const PAGES = [page("a", 1), page("b", 2), page("c", 3)];
const shown = (...args: Parameters<typeof listSlides>): string[] =>
  listSlides(...args).map((slide) => `${slide.position} ${slide.key} ${slide.state}`);

describe("the slides", () => {
  it("are the stored pages when nothing is written", () => {
    expect(shown(PAGES, null)).toEqual(["1 a ready", "2 b ready", "3 c ready"]);
  });

  it("have a new page at the place where it is being written", () => {
    const draft = { id: null, position: 2, title: "New", content: "" };
    expect(shown(PAGES, draft)).toEqual(["1 a ready", "2 draft writing", "3 b ready", "4 c ready"]);
  });

  it.each([
    [99, 3],
    [0, 0],
    [-4, 0],
  ])("take a page for place %i at the nearest place there is", (position, at) => {
    const draft = { id: null, position, title: "New", content: "" };
    expect(listSlides(PAGES, draft).findIndex((slide) => slide.state === "writing")).toBe(at);
  });

  it("mark the page that is rewritten, under its new title", () => {
    const draft = { id: "b", position: 2, title: "Magma", content: "" };
    const slides = listSlides(PAGES, draft);
    expect(slides).toHaveLength(3);
    expect(slides[1]).toMatchObject({ key: "b", title: "Magma", state: "writing" });
  });

  it("keep a title that the rewriting leaves alone", () => {
    const draft = { id: "b", position: 2, title: "", content: "" };
    expect(listSlides(PAGES, draft)[1]?.title).toBe("Title b");
  });

  it("show what the outline promises behind what there is", () => {
    const outline = ["One", "Two", "Three", "Four", "Five"];
    const draft = { id: null, position: 4, title: "Four", content: "" };
    expect(shown(PAGES, draft, outline).slice(3)).toEqual(["4 draft writing", "5 outline-4 waiting"]);
    expect(listSlides(PAGES, draft, outline)[4]?.title).toBe("Five");
  });
});

it.each(["5. Five", "5) Five", "- Five", "• Five", "  Five "])("reads the title in %j", (line) => {
  expect(listSlides([], null, [line])[0]?.title).toBe("Five");
});

it("keeps a number that is the title", () => {
  expect(listSlides([], null, ["1815 Tambora"])[0]?.title).toBe("1815 Tambora");
});

describe("the order", () => {
  it.each([
    [0, 2, "bca"],
    [2, 0, "cab"],
    [1, 1, "abc"],
    [0, 3, "abc"],
    [0, -1, "abc"],
    [7, 0, "abc"],
  ])("moves %i to %i", (from, to, expected) => {
    expect(moveId(["a", "b", "c"], from, to).join("")).toBe(expected);
  });

  it("numbers pages anew and leaves out what it does not name", () => {
    const pages = inOrder(PAGES, ["c", "a", "unknown"]);
    expect(pages.map(({ id, position }) => `${position}${id}`)).toEqual(["1c", "2a"]);
  });
});

describe("the chosen place", () => {
  it("follows a page through a reordering", () => {
    expect(placeOf(listSlides(inOrder(PAGES, ["c", "a", "b"]), null), "a", 0)).toBe(1);
  });

  it("stays near a page that is gone", () => {
    expect(placeOf(listSlides(PAGES.slice(0, 2), null), "c", 2)).toBe(1);
    expect(placeOf([], "c", 2)).toBe(-1);
  });

  it.each([
    ["ArrowRight", 1, 2],
    ["PageDown", 2, 2],
    ["ArrowUp", 0, 0],
    ["Home", 2, 0],
    ["End", 0, 2],
    ["x", 1, null],
  ])("%s leads from %i to %o", (key, place, expected) => {
    expect(placeAfterKey(key, place, 3)).toBe(expected);
  });
});

it("finds findings by their page", () => {
  const finding = (page: string | null, code: string): Finding => ({
    code,
    severity: "error",
    page,
    element: "h1",
    message: "",
    numbers: {},
  });
  const found = findingsByPage([finding("a", "overlap"), finding(null, "blank"), finding("a", "contrast")]);
  expect(found.get("a")?.map((one) => one.code)).toEqual(["overlap", "contrast"]);
  expect(found.get("b")).toBeUndefined();
});
