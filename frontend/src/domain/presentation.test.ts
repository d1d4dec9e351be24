import { describe, expect, it } from "vitest";
import {
  beginPresentation,
  commandForKey,
  commandForPoint,
  commandForSwipe,
  isLeading,
  perform,
  type Presentation,
  timerText,
} from "./presentation";

function press(keys: readonly string[], start: Presentation = beginPresentation(2, 12)): Presentation {
  return keys.reduce((state, key) => {
    const command = commandForKey(key);
    return command ? perform(state, command) : state;
  }, start);
}

describe("keys", () => {
  it.each([
    [["ArrowRight"], 3],
    [[" ", "PageDown", "ArrowDown"], 5],
    [["ArrowLeft", "ArrowLeft", "PageUp"], 1],
    [["End", "ArrowRight"], 12],
    [["End", "Home"], 1],
    [["1", "1", "Enter"], 11],
    [["9", "9", "Enter"], 12],
    [["0", "Enter"], 1],
    [["Enter"], 3],
    [["x", "Tab", "F5"], 2],
  ])("%j lead to slide %i", (keys, position) => {
    expect(press(keys).position).toBe(position);
  });

  it("go back with shift and space", () => {
    expect(commandForKey(" ", true)).toEqual({ type: "previous" });
  });

  it("draw a curtain and lift it, without turning the page behind it", () => {
    expect(press(["b"]).curtain).toBe("black");
    expect(press(["."]).curtain).toBe("black");
    expect(press(["B", "w"]).curtain).toBe("white");
    expect(press(["w", "W"]).curtain).toBe("none");
    expect(press(["b", "ArrowRight"])).toMatchObject({ curtain: "none", position: 2 });
  });

  it("show and hide notes, timer and help", () => {
    expect(press(["n", "t", "?"])).toMatchObject({ hasNotes: true, hasTimer: true, hasHelp: true });
    expect(press(["n", "N"]).hasNotes).toBe(false);
  });

  it("take away the nearest thing with Escape, then end", () => {
    expect(press(["?", "Escape"])).toMatchObject({ hasHelp: false, isOver: false });
    expect(press(["4", "Escape"])).toMatchObject({ digits: "", isOver: false });
    expect(press(["Escape"]).isOver).toBe(true);
  });

  it("forget typed digits when the page is turned", () => {
    expect(press(["7", "ArrowRight", "Enter"]).position).toBe(4);
  });
});

it("begins inside the deck", () => {
  expect(beginPresentation(0, 3).position).toBe(1);
  expect(beginPresentation(9, 3).position).toBe(3);
  expect(beginPresentation(Number.NaN, 0).position).toBe(1);
});

it("goes to a slide that the presenter chose, curtain or not", () => {
  const dark = press(["b"]);
  expect(perform(dark, { type: "go", position: 7 })).toMatchObject({ position: 7, curtain: "none" });
});

it.each([
  ["ArrowRight", true],
  ["7", true],
  ["b", true],
  ["n", false],
  ["?", false],
  ["Escape", false],
])("%s of the presenter's window leads the show: %s", (key, leads) => {
  const command = commandForKey(key);
  expect(command !== null && isLeading(command)).toBe(leads);
});

it("turns back on the left and on elsewhere", () => {
  expect(commandForPoint(20, 400).type).toBe("previous");
  expect(commandForPoint(120, 400).type).toBe("next");
});

it("follows a finger, and takes a tap for no swipe", () => {
  expect(commandForSwipe(-80)?.type).toBe("next");
  expect(commandForSwipe(80)?.type).toBe("previous");
  expect(commandForSwipe(10)).toBeNull();
});

it.each([
  [0, "0:00"],
  [7_900, "0:07"],
  [725_000, "12:05"],
  [3_723_000, "1:02:03"],
])("reads %i ms as %s", (ms, text) => expect(timerText(ms)).toBe(text));
