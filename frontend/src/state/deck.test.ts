// @vitest-environment jsdom
import { flushSync } from "svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { CheckSummary } from "../protocol/events.gen";
import type { ArtifactVersion } from "../protocol/resources";
import { type DeckSource, DeckState } from "./deck.svelte";

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Stands for the server: a deck whose versions are lists of page ids. */
class FakeServer {
  versions = new Map<number, string>([[1, "abc"]]);
  posted: unknown[] = [];
  paths: string[] = [];
  refusal: Answer | null = null;
  /** What a version that is asked for waits for. */
  delay: Promise<void> = Promise.resolve();

  answer(path: string, init: RequestInit): Answer {
    this.paths.push(path);
    if (path.endsWith("/check")) return { status: 200, body: { findings: [] } };
    if (init.method === "GET") return { status: 200, body: this.#version(Number(path.split("/").at(-1))) };
    if (this.refusal) return this.refusal;
    const body = JSON.parse(String(init.body)) as Record<string, never>;
    this.posted.push(body);
    const number = this.versions.size + 1;
    const order = path.endsWith("restore")
      ? this.versions.get(body.number ?? 0)
      : (body.order as readonly string[] | undefined)?.join("");
    this.versions.set(number, order ?? this.versions.get(number - 1) ?? "");
    return { status: 200, body: { number } };
  }

  #version(number: number): ArtifactVersion {
    const pages = [...(this.versions.get(number) ?? "")].map((id, index) => ({
      id,
      position: index + 1,
      title: `Title ${id}`,
      notes: "",
      sources: [],
      sha256: id.repeat(4),
    }));
    return {
      id: "deck",
      kind: "deck",
      title: "Volcanoes",
      number,
      parent: null,
      author: "model",
      attributes: { outline: ["One", "Two", "Three", "Four"] },
      content: null,
      document: null,
      pages,
      check: null,
    };
  }
}

const PASSED: CheckSummary = { state: "passed", errors: 0, warnings: 0, text: "Checked" };
const WARNED: CheckSummary = { state: "warned", errors: 0, warnings: 2, text: "2 warnings" };
const RESTING = { isRunning: false, isBeingMade: false, check: PASSED };

describe("a deck in the panel", () => {
  let server: FakeServer;
  let deck: DeckState;
  let source: DeckSource;
  /** Whether the page hears of what was stored. */
  let isHeard: boolean;
  let told: { text: string; action?: { label: string; run: () => void } | undefined }[];

  const order = (): string => deck.slides.map((slide) => slide.key).join("");

  async function show(change: Partial<DeckSource> = {}): Promise<void> {
    source = { ...source, ...change };
    await deck.show(source);
    flushSync();
  }

  beforeEach(async () => {
    server = new FakeServer();
    told = [];
    isHeard = true;
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      const { status, body } = server.answer(path, init);
      if (init.method === "GET") await server.delay;
      return new Response(JSON.stringify(body), { status });
    });
    deck = new DeckState({
      onStored: async (_artifact, number) => {
        if (isHeard) await show({ version: number, newest: number });
      },
      tell: (text, action) => told.push({ text, action }),
    });
    source = { artifact: "deck", version: 1, newest: 1, draft: null, ...RESTING };
    await show();
  });

  it("shows the first slide, and turns no further than the last", () => {
    expect(order()).toBe("abc");
    expect(deck.current?.key).toBe("a");
    deck.step(-1);
    expect(deck.place).toBe(0);
    deck.choose(2);
    deck.step(1);
    expect(deck.current?.key).toBe("c");
  });

  it("keeps the chosen slide when it is moved, and says where it is", async () => {
    await deck.move(0, 2);
    expect(order()).toBe("bca");
    expect(deck.current?.key).toBe("a");
    expect(server.posted).toEqual([{ base: 1, order: ["b", "c", "a"] }]);
    expect(deck.announcement).toBe("Title a is now slide 3 of 3.");
  });

  it("shows the new order at once, and the old one again when it was refused", async () => {
    server.refusal = { status: 409, body: { error: { code: "conflict", message: "Try again." } } };
    const moved = deck.move(0, 1);
    expect(order()).toBe("bac");
    await moved;
    expect(order()).toBe("abc");
    expect(told.map((one) => one.text)).toEqual(["Try again."]);
  });

  it("stores quick changes one after the other, each on the one before", async () => {
    await Promise.all([deck.move(0, 1), deck.saveNotes("c", "Hello")]);
    expect(server.posted).toEqual([
      { base: 1, order: ["b", "a", "c"] },
      { base: 2, page: "c", notes: "Hello" },
    ]);
  });

  it("keeps up with somebody who moves a slide step by step", async () => {
    const first = deck.move(0, 1);
    const second = deck.move(1, 2);
    expect(order()).toBe("bca");
    await Promise.all([first, second]);
    expect(order()).toBe("bca");
    expect(server.posted.at(-1)).toEqual({ base: 2, order: ["b", "c", "a"] });
  });

  it("removes a slide, shows its neighbor, and takes it back", async () => {
    deck.choose(1);
    await deck.remove(1);
    expect(order()).toBe("ac");
    expect(deck.current?.key).toBe("c");
    expect(told[0]?.text).toBe("“Title b” was removed.");
    told[0]?.action?.run();
    await vi.waitFor(() => expect(order()).toBe("abc"));
    expect(deck.current?.key).toBe("b");
  });

  it("does not show a removed slide again when an older version arrives late", async () => {
    let arrive = (): void => undefined;
    server.delay = new Promise((resolve) => (arrive = resolve));
    const moved = deck.move(0, 2);
    await vi.waitFor(() => expect(source.version).toBe(2));
    isHeard = false;
    void deck.remove(2);
    await vi.waitFor(() => expect(server.versions.get(3)).toBe("bc"));
    arrive();
    await moved;
    expect(deck.version?.number).toBe(2);
    expect(order()).toBe("bc");
    expect(deck.isSettled).toBe(false);
    await show({ version: 3, newest: 3 });
    expect(order()).toBe("bc");
    expect(deck.isSettled).toBe(true);
  });

  it("does not take a removal back over a later change", async () => {
    await deck.remove(0);
    await deck.move(0, 1);
    told[0]?.action?.run();
    expect(told[1]?.text).toMatch(/has changed since/);
    expect(order()).toBe("cb");
  });

  it("cannot be changed while it is written, or where it is old", async () => {
    await show({ isRunning: true });
    await deck.move(0, 1);
    await show({ isRunning: false, newest: 2 });
    await deck.remove(0);
    expect(server.posted).toEqual([]);
  });

  describe("that is being written", () => {
    const draft = { id: null, position: 4, title: "Four", content: "<h1>" };

    beforeEach(() => show({ isRunning: true, isBeingMade: true, draft }));

    it("follows the page that is written, and stays with it once it is stored", async () => {
      expect(deck.current).toMatchObject({ state: "writing", title: "Four" });
      server.versions.set(2, "abcd");
      const stored = show({ draft: null, version: 2, newest: 2 });
      flushSync();
      expect(deck.current).toMatchObject({ state: "writing", position: 4 });
      await stored;
      expect(deck.current).toMatchObject({ key: "d", state: "ready" });
    });

    it("goes to a page that came whole, too fast to be seen as a draft", async () => {
      server.versions.set(2, "abcd");
      await show({ draft: null, version: 2, newest: 2 });
      server.versions.set(3, "abcde");
      await show({ draft: null, version: 3, newest: 3 });
      expect(deck.current).toMatchObject({ key: "e", state: "ready" });
    });

    it("lies there from its beginning once it has been written", async () => {
      server.versions.set(2, "abcd");
      const stored = show({ draft: null, version: 2, newest: 2, isRunning: false, isBeingMade: false });
      expect(deck.place).toBe(0);
      await stored;
      expect(deck.current?.key).toBe("a");
    });

    it("stays at its end for somebody who went there", async () => {
      deck.choose(2);
      server.versions.set(2, "abcd");
      await show({ draft: null, version: 2, newest: 2, isRunning: false, isBeingMade: false });
      expect(deck.current?.key).toBe("c");
    });

    it("leaves the person where they went", async () => {
      deck.choose(0);
      await show({ draft: { ...draft, content: "<h1>Four" } });
      expect(deck.current?.key).toBe("a");
      server.versions.set(2, "abcd");
      await show({ draft: null, version: 2, newest: 2 });
      expect(deck.current?.key).toBe("a");
    });

    it("shows what the outline promises until the answer ends", async () => {
      await show({ draft: null });
      expect(deck.slides.at(-1)).toMatchObject({ title: "Four", state: "waiting" });
      await show({ isRunning: false, isBeingMade: false });
      expect(deck.slides).toHaveLength(3);
    });

    it("promises nothing while a later answer changes the deck", async () => {
      await show({ draft: null, isBeingMade: false });
      expect(deck.slides).toHaveLength(3);
    });
  });

  it("keeps the address of a picture while the slide looks the same", async () => {
    const before = deck.pages.map((page) => deck.picture(page));
    await deck.move(0, 2);
    expect(deck.pages.map((page) => deck.picture(page))).toEqual([before[1], before[2], before[0]]);
    expect(before[0]).toBe("/api/artifacts/deck/thumbnails/aaaa.webp?version=1");
  });

  it("stays where a later answer changed a page", async () => {
    await show({ isRunning: true });
    deck.choose(2);
    server.versions.set(2, "abd");
    await show({ version: 2, newest: 2, isRunning: false });
    expect(deck.place).toBe(2);
  });

  it("asks what a check found only once it has found something", async () => {
    const asked = (): number => server.paths.filter((path) => path.endsWith("/check")).length;
    await show({ check: null });
    await deck.loadFindings();
    await show({ check: PASSED });
    await deck.loadFindings();
    expect(asked()).toBe(0);
    await show({ check: WARNED });
    await deck.loadFindings();
    expect(asked()).toBe(1);
  });

  it("asks nothing about a version that is not here yet", async () => {
    server.versions.set(2, "abcd");
    const shown = show({ version: 2, newest: 2, check: WARNED });
    await deck.loadFindings();
    expect(server.paths.some((path) => path.endsWith("/check"))).toBe(false);
    await shown;
  });

  it("asks for no picture before the deck was looked at", async () => {
    await show({ artifact: "other", check: null });
    expect(deck.pages.map((page) => deck.picture(page))).toEqual([]);
    await show({ artifact: "deck" });
    expect(deck.pages.map((page) => deck.picture(page))).toEqual([null, null, null]);
    await show({ check: PASSED });
    expect(deck.pages.map((page) => deck.picture(page))).not.toContain(null);
  });
});
