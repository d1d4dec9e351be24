// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { emptyTurn } from "../domain/turn";
import type { TurnEvent } from "../protocol/events.gen";

// Without motion everything that was applied shows.
vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener: () => undefined }));
const { LiveTurn } = await import("./live-turn.svelte");

const STARTED: TurnEvent = {
  type: "turn.started",
  conversation: "c",
  user_message: "u",
  assistant_message: "a",
  parts: [],
};

describe("a turn that is being followed", () => {
  let now = 0;
  let frames: FrameRequestCallback[];
  let live: InstanceType<typeof LiveTurn>;
  let seq = 0;

  beforeEach(() => {
    now = 1_000;
    frames = [];
    seq = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    vi.stubGlobal("requestAnimationFrame", (step: FrameRequestCallback) => frames.push(step));
    live = new LiveTurn(emptyTurn("t"), () => undefined);
  });

  function say(event: TurnEvent): void {
    live.push({ ...event, turn: "t", id: `1-${++seq}` });
  }

  function write(text: string): void {
    say({ type: "text.delta", text });
  }

  function shown(): string {
    return live.parts.map((part) => (part.kind === "text" ? part.text : "")).join("");
  }

  function paint(): void {
    now += 16;
    for (const step of frames.splice(0)) step(now);
  }

  it("shows what comes to a page at rest before the next frame", () => {
    say(STARTED);
    now += 20;
    write("Hello");
    expect(shown()).toBe("Hello");
    expect(frames).toHaveLength(0);
  });

  it("gathers what comes after that until the next frame", () => {
    say(STARTED);
    now += 20;
    write("Hel");
    now += 5;
    write("lo");
    expect(shown()).toBe("Hel");
    expect(frames).toHaveLength(1);
    paint();
    expect(shown()).toBe("Hello");
    expect(frames).toHaveLength(0);
  });

  it("shows the first words before the next frame, whatever came just before them", () => {
    say(STARTED);
    now += 1;
    say({ type: "turn.status", phase: "writing", position: null, progress: null });
    expect(live.view.phase).toBe("queued");
    now += 1;
    write("Hello");
    expect(shown()).toBe("Hello");
    expect(live.view.phase).toBe("writing");
  });

  it("shows a status with the next frame", () => {
    say(STARTED);
    now += 20;
    say({ type: "turn.status", phase: "reading", position: null, progress: 0.5 });
    expect(live.view.phase).toBe("queued");
    paint();
    expect(live.view.phase).toBe("reading");
  });

  it("tells of every event once and in order", () => {
    const told: string[] = [];
    live = new LiveTurn(emptyTurn("t"), (_, event) => told.push(event.type));
    say(STARTED);
    write("a");
    now += 30;
    write("b");
    paint();
    expect(told).toEqual(["turn.started", "text.delta", "text.delta"]);
    expect(shown()).toBe("ab");
  });
});
