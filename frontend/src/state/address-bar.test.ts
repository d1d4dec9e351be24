// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AddressBar } from "./address-bar";

describe("the address bar", () => {
  let bar: AddressBar;
  let changes: (string | null)[];

  beforeEach(() => {
    vi.useFakeTimers();
    history.replaceState(null, "", "/");
    const told: (string | null)[] = (changes = []);
    bar = new AddressBar((id) => told.push(id));
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it("names a new conversation after its first words have had their time", () => {
    bar.showSoon("one");
    vi.advanceTimersByTime(399);
    expect(location.pathname).toBe("/");
    vi.advanceTimersByTime(1);
    expect(location.pathname).toBe("/c/one");
    vi.runAllTimers();
    expect(location.pathname).toBe("/c/one");
  });

  it("names it once its first words have been painted", () => {
    const frames: FrameRequestCallback[] = [];
    vi.stubGlobal("requestAnimationFrame", (step: FrameRequestCallback) => frames.push(step));
    bar.showSoon("one");
    bar.hurry();
    bar.hurry();
    vi.advanceTimersByTime(10);
    expect(location.pathname).toBe("/");
    expect(frames).toHaveLength(1);
    for (const step of frames) step(0);
    vi.advanceTimersByTime(1);
    expect(location.pathname).toBe("/c/one");
  });

  it("names it before the next one, so that the way back leads to it", () => {
    const before = history.length;
    bar.showSoon("one");
    bar.show(null);
    expect(location.pathname).toBe("/");
    expect(history.length).toBe(before + 2);
    vi.runAllTimers();
    expect(location.pathname).toBe("/");
  });

  it("leaves a person where they went back to", () => {
    bar.showSoon("one");
    dispatchEvent(new PopStateEvent("popstate"));
    vi.runAllTimers();
    expect(location.pathname).toBe("/");
    expect(changes).toEqual([null]);
  });
});
