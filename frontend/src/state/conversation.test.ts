// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TurnEvent } from "../protocol/events.gen";
import type { EventFrame, StartTurn, TurnAccepted } from "../protocol/wire";
import { StartRefused, type TurnSocket } from "../transport/socket";
import type { Preferences } from "./preferences.svelte";

vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined }));
const { ConversationState } = await import("./conversation.svelte");

const ACCEPTED: TurnAccepted = {
  type: "turn.accepted",
  request: "r",
  turn: "t",
  conversation: "c",
  user_message: "u",
  assistant_message: "a",
};
const USAGE = { prompt_tokens: 1, cached_tokens: 0, completion_tokens: 1, thinking_tokens: 0 };

/** Stands for the server: takes starts and lets tests say events. */
class FakeSocket {
  refusal: StartRefused | null = null;
  stopped: string[] = [];
  skipped: string[] = [];
  #listener: (event: EventFrame) => void = () => undefined;
  #seq = 0;

  start(_command: StartTurn): Promise<TurnAccepted> {
    return this.refusal ? Promise.reject(this.refusal) : Promise.resolve(ACCEPTED);
  }

  subscribe(_turn: string, _after: string | null, listener: (event: EventFrame) => void): void {
    this.#listener = listener;
  }

  unsubscribe(): void {
    this.#listener = () => undefined;
  }

  stop(turn: string): void {
    this.stopped.push(turn);
  }

  skipThinking(turn: string): void {
    this.skipped.push(turn);
  }

  say(...events: TurnEvent[]): void {
    for (const event of events) this.#listener({ ...event, turn: "t", id: `1-${++this.#seq}` });
  }
}

const BADGE = [
  {
    type: "artifact.started",
    artifact: "x",
    artifact_kind: "svg",
    title: "Badge",
    action: "create",
    page: null,
    size: "",
  },
  { type: "artifact.finished", artifact: "x", version: 1, page: null, summary: "" },
] as const;

describe("an open conversation", () => {
  let socket: FakeSocket;
  let conversation: InstanceType<typeof ConversationState>;
  let given: string[];
  let opened: string[];
  const fetched = vi.fn<() => Promise<Response>>();

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("fetch", fetched);
    fetched.mockReset();
    fetched.mockRejectedValue(new TypeError("offline"));
    sessionStorage.clear();
    socket = new FakeSocket();
    given = [];
    opened = [];
    conversation = new ConversationState(
      null,
      socket as unknown as TurnSocket,
      { thinking: true } as Preferences,
      {
        model: () => null,
        onCreated: () => undefined,
        onWords: () => undefined,
        onArtifactEvent: (view, event) => {
          const part = view.parts.at(-1);
          const isNew = event.type === "artifact.started";
          if (isNew && part?.kind === "artifact" && part.version === null) opened.push(part.artifact);
        },
        onRefused: (text) => given.push(text),
        onStorageFull: () => undefined,
      },
    );
  });

  afterEach(() => {
    conversation.close();
    vi.useRealTimers();
  });

  it("asks for what is stored once when a turn ends, however many events came with the end", async () => {
    await conversation.send("Make a badge");
    socket.say(
      { type: "thinking.delta", text: "a" },
      { type: "text.delta", text: "b" },
      { type: "text.delta", text: "c" },
      { type: "turn.finished", usage: { ...USAGE, ttft_ms: 1, duration_ms: 2 } },
    );
    await vi.advanceTimersByTimeAsync(300);
    expect(conversation.running).toBeNull();
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it("tells of an artifact that began and ended within one frame", async () => {
    await conversation.send("Make a badge");
    socket.say(
      ...BADGE,
    );
    await vi.advanceTimersByTimeAsync(300);
    expect(opened).toEqual(["x"]);
    expect(conversation.artifacts.get("x")?.versions.map((one) => one.number)).toEqual([1]);
  });

  it("keeps a version that a turn showed when what was stored before it comes late", async () => {
    await conversation.send("Make a badge");
    socket.say(
      ...BADGE,
    );
    await vi.advanceTimersByTimeAsync(300);
    const body = { id: "c", title: "Bees", messages: [], artifacts: [] };
    fetched.mockResolvedValueOnce(new Response(JSON.stringify(body)));
    await conversation.refresh();
    expect(conversation.title).toBe("Bees");
    expect(conversation.artifacts.get("x")?.versions.map((one) => one.number)).toEqual([1]);
  });

  it("keeps a version that the person has made when what was stored before it comes late", async () => {
    const version = (number: number, author: "model" | "person") => ({
      number,
      title: "Badge",
      author,
      message: "a",
      created_at: "2026-01-01T00:00:00Z",
    });
    const artifact = { id: "x", kind: "svg", title: "Badge", versions: [version(1, "model")] };
    const body = { id: "c", title: "Bees", messages: [], artifacts: [artifact] };
    fetched.mockImplementation(() => Promise.resolve(new Response(JSON.stringify(body))));
    await conversation.send("Make a badge");
    await conversation.refresh();
    conversation.noteStored("x", 2, version(1, "model"));
    await conversation.refresh();
    expect(conversation.artifacts.get("x")?.versions.map((one) => one.number)).toEqual([1, 2]);
  });

  it("gives a message back while an answer runs, with a sentence", async () => {
    await conversation.send("First");
    await conversation.send("An edited message", null);
    expect(given).toEqual(["An edited message"]);
    expect(conversation.sendError).toContain("stop it");
  });

  it("gives a refused message back, unless another chat is open by then", async () => {
    socket.refusal = new StartRefused({ code: "queue_full", message: "Too much to do." });
    await conversation.send("Hello");
    expect([given, conversation.sendError]).toEqual([["Hello"], "Too much to do."]);
    const sending = conversation.send("Again");
    conversation.close();
    await sending;
    expect(given).toEqual(["Hello"]);
  });

  it("takes no message before it is loaded, since nobody knows what that would follow", async () => {
    const stored = conversation;
    conversation = new ConversationState(
      "c",
      socket as unknown as TurnSocket,
      { thinking: true } as Preferences,
      {
        model: () => null,
        onCreated: vi.fn(),
        onWords: vi.fn(),
        onArtifactEvent: vi.fn(),
        onRefused: vi.fn(),
        onStorageFull: vi.fn(),
      },
    );
    stored.close();
    expect(conversation.isBusy).toBe(true);
    const body = { id: "c", title: "Bees", messages: [], artifacts: [] };
    fetched.mockResolvedValueOnce(new Response(JSON.stringify(body)));
    await conversation.refresh();
    expect(conversation.isBusy).toBe(false);
  });

  it("marks the thinking that is skipped, and no later one", async () => {
    await conversation.send("Hello");
    socket.say({ type: "thinking.delta", text: "hm" });
    await vi.advanceTimersByTimeAsync(100);
    conversation.skipThinking();
    expect([socket.skipped, conversation.running?.skippedPart]).toEqual([["t"], 0]);
    socket.say(
      { type: "thinking.finished", duration_ms: 3 },
      { type: "text.delta", text: "First," },
      { type: "thinking.delta", text: "hm" },
    );
    await vi.advanceTimersByTimeAsync(100);
    expect(conversation.running?.view.parts).toHaveLength(3);
    conversation.skipThinking();
    expect([socket.skipped, conversation.running?.skippedPart]).toEqual([["t", "t"], 2]);
  });

  it("lets a skip that was refused or had no effect be asked for again", async () => {
    await conversation.send("Hello");
    socket.say({ type: "thinking.delta", text: "hm" });
    await vi.advanceTimersByTimeAsync(100);
    conversation.skipThinking();
    conversation.turnRefused("t");
    expect(conversation.running?.skippedPart).toBeNull();
    conversation.skipThinking();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(conversation.running?.skippedPart).toBeNull();
  });

  it("lets a stop that was refused be asked for again", async () => {
    await conversation.send("Hello");
    conversation.stop();
    expect(conversation.running?.isStopping).toBe(true);
    conversation.turnRefused("t");
    expect(conversation.running?.isStopping).toBe(false);
    conversation.stop();
    expect(socket.stopped).toEqual(["t", "t"]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(conversation.running?.isStopping).toBe(false);
  });
});
