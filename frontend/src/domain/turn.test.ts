import { describe, expect, it } from "vitest";
import type { Part, TurnEvent, TurnUsage } from "../protocol/events.gen";
import { emptyTurn, isEnded, reduceTurn, storedTurn, type TurnView } from "./turn";

const USAGE: TurnUsage = {
  prompt_tokens: 10,
  cached_tokens: 0,
  completion_tokens: 5,
  thinking_tokens: 1,
  ttft_ms: 12,
  duration_ms: 90,
};

function started(parts: readonly Part[] = []): TurnEvent {
  return {
    type: "turn.started",
    conversation: "c",
    user_message: "u",
    assistant_message: "a",
    parts,
  };
}

/** Applies events of attempt 1, numbered from 1. */
function play(events: readonly TurnEvent[], view: TurnView = emptyTurn("t")): TurnView {
  return events.reduce((before, event, at) => reduceTurn(before, event, `1-${at + 1}`, at), view);
}

const ARTIFACT: TurnEvent = {
  type: "artifact.started",
  artifact: "x",
  artifact_kind: "html",
  title: "Game",
  action: "create",
  page: null,
  size: "",
};

function stored(version: number, summary = ""): TurnEvent {
  return { type: "artifact.finished", artifact: "x", version, page: null, summary };
}

describe("the turn reducer", () => {
  it("replaces what is shown by the snapshot that begins an attempt", () => {
    const before = play([started(), { type: "text.delta", text: "old" }]);
    const parts: Part[] = [{ kind: "text", text: "new" }];
    const after = reduceTurn(before, started(parts), "2-1", 0);
    expect(after.parts).toEqual(parts);
    expect(after.lastId).toBe("2-1");
  });

  it("ignores an event that it has applied, and compares ids as numbers", () => {
    let view = reduceTurn(emptyTurn("t"), started(), "1-9", 0);
    view = reduceTurn(view, { type: "text.delta", text: "a" }, "1-10", 0);
    const again = reduceTurn(view, { type: "text.delta", text: "a" }, "1-10", 0);
    const older = reduceTurn(view, { type: "text.delta", text: "b" }, "1-9", 0);
    expect(again).toBe(view);
    expect(older).toBe(view);
    expect(view.parts).toEqual([{ kind: "text", text: "a" }]);
  });

  it("ignores a late event of an older attempt", () => {
    const view = reduceTurn(emptyTurn("t"), started(), "2-1", 0);
    expect(reduceTurn(view, { type: "text.delta", text: "ghost" }, "1-99", 0)).toBe(view);
  });

  it("keeps phase, place and progress of a status", () => {
    const queued = play([{ type: "turn.status", phase: "queued", position: 3, progress: null }]);
    expect([queued.phase, queued.position]).toEqual(["queued", 3]);
    const reading = play([{ type: "turn.status", phase: "reading", position: null, progress: 0.5 }]);
    expect([reading.phase, reading.progress]).toEqual(["reading", 0.5]);
  });

  it("grows one thinking part, closes it, and opens another after it", () => {
    const view = play([
      started(),
      { type: "thinking.delta", text: "a" },
      { type: "thinking.delta", text: "b" },
      { type: "thinking.finished", duration_ms: 700 },
      { type: "thinking.delta", text: "c" },
    ]);
    expect(view.parts).toEqual([
      { kind: "thinking", text: "ab", duration_ms: 700 },
      { kind: "thinking", text: "c", duration_ms: null },
    ]);
    expect(view.thinkingSince).toBe(4);
  });

  it("remembers since when it thinks, and forgets it at the end of the thinking", () => {
    const thinking = play([started(), { type: "thinking.delta", text: "a" }]);
    expect(thinking.thinkingSince).toBe(1);
    const done = reduceTurn(thinking, { type: "thinking.finished", duration_ms: 5 }, "1-3", 9);
    expect(done.thinkingSince).toBeNull();
  });

  it("writes text after a part of another kind as a part of its own", () => {
    const view = play([
      started([{ kind: "text", text: "one" }]),
      { type: "text.delta", text: " two" },
      ARTIFACT,
      { type: "text.delta", text: "three" },
    ]);
    expect(view.parts.map((part) => part.kind)).toEqual(["text", "artifact", "text"]);
    expect(view.parts[0]).toEqual({ kind: "text", text: "one two" });
  });

  it("collects a draft and empties it when the version is stored", () => {
    const drafting = play([started(), ARTIFACT, { type: "artifact.delta", artifact: "x", text: "<p>" }]);
    expect(drafting.phase).toBe("making");
    expect(drafting.parts[0]).toMatchObject({ content: "<p>", version: null });
    const done = reduceTurn(drafting, stored(2, "changed 2 lines"), "1-4", 0);
    expect(done.parts[0]).toMatchObject({ content: "", version: 2, summary: "changed 2 lines" });
  });

  it("writes into the open draft when an older version of the same artifact is there", () => {
    const view = play([
      started(),
      ARTIFACT,
      stored(1),
      ARTIFACT,
      { type: "artifact.delta", artifact: "x", text: "v2" },
    ]);
    expect(view.parts.map((part) => part.kind === "artifact" && part.content)).toEqual(["", "v2"]);
  });

  it("knows what is done to which page, and its id once it is stored", () => {
    const page = { id: null, position: 3, title: "Magma" };
    const opened: TurnEvent = { ...ARTIFACT, artifact_kind: "deck", action: "page", page };
    const finished: TurnEvent = {
      type: "artifact.finished",
      artifact: "x",
      version: 4,
      page: { ...page, id: "0a1b2c3d" },
      summary: "page 3 of 5",
    };
    const drafting = play([started(), opened]);
    expect(drafting.parts[0]).toMatchObject({ action: "page", page, version: null });
    const done = reduceTurn(drafting, finished, "1-3", 0);
    expect(done.parts[0]).toMatchObject({ page: { id: "0a1b2c3d" }, summary: "page 3 of 5" });
  });

  it("puts a check on the version that was looked at", () => {
    const check = { state: "warned", errors: 0, warnings: 2, text: "2 warnings" } as const;
    const view = play([
      started(),
      ARTIFACT,
      stored(1),
      ARTIFACT,
      stored(2),
      { type: "artifact.checked", artifact: "x", version: 1, check },
      { type: "artifact.checked", artifact: "x", version: 9, check },
    ]);
    expect(view.parts.map((part) => part.kind === "artifact" && part.check)).toEqual([check, null]);
  });

  it("shows a lost draft and a failed tool as sentences", () => {
    const view = play([
      started(),
      ARTIFACT,
      { type: "artifact.failed", artifact: "x", tool: "artifact_create", message: "No." },
      { type: "tool.failed", tool: "other", message: "Neither." },
    ]);
    expect(view.parts).toEqual([
      { kind: "tool_error", tool: "artifact_create", message: "No." },
      { kind: "tool_error", tool: "other", message: "Neither." },
    ]);
  });

  it.each([
    [{ type: "turn.finished", usage: USAGE } as const, "finished"],
    [{ type: "turn.stopped", usage: USAGE } as const, "stopped"],
    [{ type: "turn.failed", code: "engine_lost", message: "Gone." } as const, "failed"],
  ])("ends with %o and hears nothing after it", (event, phase) => {
    const view = play([started(), { type: "text.delta", text: "a" }, event]);
    expect(view.phase).toBe(phase);
    expect(isEnded(view)).toBe(true);
    expect(reduceTurn(view, { type: "text.delta", text: "b" }, "1-99", 0)).toBe(view);
  });

  it("keeps usage and error of the end", () => {
    expect(play([{ type: "turn.stopped", usage: USAGE }]).usage).toEqual(USAGE);
    const failed = play([{ type: "turn.failed", code: "engine_lost", message: "Gone." }]);
    expect(failed.error).toEqual({ code: "engine_lost", message: "Gone." });
  });

  it("passes over an event that it does not know", () => {
    const view = play([started(), { type: "text.delta", text: "a" }]);
    const unknown = { type: "something.new" } as unknown as TurnEvent;
    const after = reduceTurn(view, unknown, "1-3", 0);
    expect(after.parts).toBe(view.parts);
    expect(after.lastId).toBe("1-3");
  });
});

describe("a stored turn", () => {
  it("shows what the database holds", () => {
    const turn = { id: "t", state: "finished", model: "m", thinking: true, error: null, usage: USAGE } as const;
    const parts: Part[] = [{ kind: "text", text: "done" }];
    const view = storedTurn({ id: "a", parent: "u", role: "assistant", created_at: "", parts, turn });
    expect(view).toMatchObject({ turn: "t", phase: "finished", parts, usage: USAGE, lastId: null });
  });
});
