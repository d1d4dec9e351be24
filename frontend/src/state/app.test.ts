// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Session } from "../protocol/resources";
import type { StartTurn } from "../protocol/wire";

vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined }));
const { App } = await import("./app.svelte");

const REFUSAL = "The disk is full.";
const WAIT_MS = 10_000;

function session(storage_full: boolean): Session {
  return {
    user: { id: "u", name: "Alice", is_guest: true },
    models: [],
    default_model: null,
    artifact_origin: "",
    storage_full,
    limits: { message_characters: 1000 },
  };
}

/** Stands for the server's socket: refuses every start for want of room. */
class FullServer {
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly bufferedAmount = 0;

  constructor() {
    queueMicrotask(() => this.onopen?.());
  }

  send(data: string): void {
    const command = JSON.parse(data) as StartTurn;
    if (command.type !== "turn.start") return;
    const refusal = { type: "error", request: command.request, code: "storage_full", message: REFUSAL };
    this.onmessage?.({ data: JSON.stringify(refusal) });
  }

  close(): void {}
}

describe("a page whose server had no room for a message", () => {
  let app: InstanceType<typeof App>;
  let isFull: boolean;
  let isReached: boolean;

  beforeEach(async () => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FullServer);
    vi.stubGlobal("fetch", (path: string) => {
      if (!isReached) return Promise.reject(new TypeError("offline"));
      const body = path.startsWith("/api/session") ? session(isFull) : { conversations: [] };
      return Promise.resolve(new Response(JSON.stringify(body)));
    });
    isFull = true;
    isReached = true;
    app = new App();
    await app.connect();
    await app.conversation.send("Hello");
    await vi.advanceTimersByTimeAsync(0);
  });

  afterEach(() => {
    vi.clearAllTimers();
    vi.useRealTimers();
  });

  it("says so while there is none", async () => {
    await vi.advanceTimersByTimeAsync(3 * WAIT_MS);
    expect([app.session?.storage_full, app.conversation.sendError]).toEqual([true, REFUSAL]);
  });

  it("takes the refusal away once there is room again", async () => {
    isFull = false;
    await vi.advanceTimersByTimeAsync(WAIT_MS + 10);
    expect([app.session?.storage_full, app.conversation.sendError]).toEqual([false, null]);
  });

  it("leaves the refusal to be read when room comes back at once", async () => {
    isFull = false;
    await app.conversation.send("Hello again");
    await vi.advanceTimersByTimeAsync(WAIT_MS / 2);
    expect([app.session?.storage_full, app.conversation.sendError]).toEqual([false, REFUSAL]);
    await vi.advanceTimersByTimeAsync(WAIT_MS);
    expect(app.conversation.sendError).toBeNull();
  });

  it("asks on after the server could not be reached", async () => {
    isReached = false;
    await vi.advanceTimersByTimeAsync(WAIT_MS + 10);
    expect(app.conversation.sendError).toBe(REFUSAL);
    [isReached, isFull] = [true, false];
    await vi.advanceTimersByTimeAsync(WAIT_MS + 10);
    expect(app.conversation.sendError).toBeNull();
  });

  it("keeps another sentence that took the refusal's place", async () => {
    app.conversation.isStarting = true;
    await app.conversation.send("At once");
    app.conversation.isStarting = false;
    isFull = false;
    await vi.advanceTimersByTimeAsync(WAIT_MS + 10);
    expect(app.conversation.sendError).toContain("stop it");
  });
});
