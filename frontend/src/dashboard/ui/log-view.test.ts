// @vitest-environment jsdom
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import LogView from "./LogView.svelte";

describe("the log of a worker", () => {
  const problems: unknown[] = [];
  const note = (event: ErrorEvent): void => {
    event.preventDefault();
    problems.push(event.error);
  };
  let view: Record<string, unknown>;

  const box = (): HTMLElement => {
    const found = document.querySelector<HTMLElement>("[role=log]");
    if (!found) throw new Error("there is no log");
    return found;
  };

  beforeEach(async () => {
    problems.length = 0;
    window.addEventListener("error", note);
    vi.stubGlobal("fetch", async () => Response.json({ lines: ["one", "two", "three"] }));
    view = mount(LogView, { target: document.body, props: { worker: "w" } });
    await vi.waitFor(() => expect(box().textContent).toContain("three"));
  });

  afterEach(() => {
    window.removeEventListener("error", note);
    document.body.replaceChildren();
    vi.unstubAllGlobals();
  });

  it("hears of a scroll after it has gone without harm", async () => {
    const gone = box();
    await unmount(view);
    gone.dispatchEvent(new Event("scroll"));
    flushSync();
    expect(problems).toEqual([]);
  });

  it("is followed no longer by somebody who scrolls back", async () => {
    Object.defineProperties(box(), {
      scrollHeight: { value: 900 },
      clientHeight: { value: 300 },
      scrollTop: { value: 100, writable: true },
    });
    box().dispatchEvent(new Event("scroll"));
    flushSync();
    expect(document.querySelector<HTMLInputElement>("input[type=checkbox]")?.checked).toBe(false);
    await unmount(view);
  });
});
