import { describe, expect, it } from "vitest";
import type { ViewState, WorkerAction } from "../protocol/workers";
import { answerProblem, confirmQueue, confirmWorker, type Deed, offeredActions, undoOf } from "./actions";
import { freshness } from "./freshness";
import { groupQueues, waitingText } from "./queues";
import { figureGroups, latencyRows } from "./detail";
import { someWorker } from "./some-worker";

const queue = (model: string, priority: string, depth: number, paused = false) => ({
  model,
  priority,
  depth,
  oldest_seconds: null,
  paused,
});
const deed = (action: WorkerAction, value = ""): Deed => ({ on: "worker", worker: "w", action, value });

describe("actions", () => {
  it("fit the state", () => {
    const offered = (view_state: ViewState) => offeredActions(someWorker({ view_state }));
    expect(offered("gone")).toEqual([]);
    expect(offered("draining")).toContain("resume");
    expect(offered("ready")).toContain("drain");
    expect(offered("ready")).not.toContain("unpin");
    expect(offeredActions(someWorker({ pinned: true }))).not.toContain("pin");
  });

  it("say what becomes of those who wait for an answer", () => {
    const told = (running: number, waiting: number) =>
      confirmWorker("drain", someWorker({ running, waiting }), "").meaning;
    expect(told(0, 0)).toContain("nothing runs on it now");
    expect(told(1, 0)).toContain("the one that it has is finished");
    expect(told(2, 1)).toContain("the 3 that it has are finished");
  });

  it("are dangerous where they cannot be undone", () => {
    const dangerous = (action: WorkerAction) => confirmWorker(action, someWorker(), "").isDangerous;
    for (const action of ["restart", "load_model", "cancel_request"] as const) {
      expect(dangerous(action)).toBe(true);
      expect(undoOf(deed(action), 8)).toBeNull();
    }
    for (const action of ["drain", "resume", "pin", "unpin", "set_concurrency"] as const) {
      expect(dangerous(action)).toBe(false);
      expect(undoOf(deed(action), 8)).not.toBeNull();
    }
  });

  it("are taken back by their opposite", () => {
    expect(undoOf(deed("drain", "30"), 8)).toEqual(deed("resume"));
    expect(undoOf(deed("set_concurrency", "2"), 8)).toEqual(deed("set_concurrency", "8"));
    expect(undoOf(deed("set_concurrency", "2"), null)).toBeNull();
    const pause: Deed = { on: "queue", model: "m", action: "pause" };
    expect(undoOf(pause, null)).toEqual({ ...pause, action: "resume" });
  });

  it("take the answers that the server takes", () => {
    const { question } = confirmWorker("set_concurrency", someWorker(), "");
    expect(answerProblem(question, " 4 ")).toBe("");
    for (const wrong of ["", "0", "-1", "1.5", "1234567", "٣"]) expect(answerProblem(question, wrong)).not.toBe("");
    const optional = confirmWorker("drain", someWorker(), "").question;
    expect(answerProblem(optional, "")).toBe("");
    expect(answerProblem(null, "anything")).toBe("");
  });
});

describe("queues", () => {
  it("are paused by model and wait by priority", () => {
    const rows = [queue("b", "highest", 1), queue("a", "highest", 0), queue("b", "low", 2, true)];
    const groups = groupQueues(rows);
    expect(groups.map(({ model, isPaused }) => [model, isPaused])).toEqual([
      ["a", false],
      ["b", true],
    ]);
    expect(groups[1]?.rows.map(waitingText)).toEqual(["waiting", "waiting at low priority"]);
    expect(confirmQueue("pause", "b", rows).meaning).toContain("3 requests wait now");
    expect(confirmQueue("resume", "b", rows.slice(0, 1)).meaning).toContain("1 request waits now");
  });
});

describe("freshness", () => {
  it("is told when figures are old or nobody is there", () => {
    expect(freshness(null, 0, true)).toEqual({ isStale: true, text: "" });
    expect(freshness(null, 0, false).text).toContain("cannot be reached");
    expect(freshness(1_000, 4_499, true)).toEqual({ isStale: false, text: "" });
    expect(freshness(1_000, 4_500, true).text).toBe("The server sends nothing, figures are 4 s old.");
    expect(freshness(1_000, 1_500, false)).toMatchObject({ isStale: true });
  });
});

describe("details", () => {
  const device = { index: 0, name: "Chip", utilization: 0.5, memory_utilization: 0.25, throttle_reasons: [] };
  const unknown = {
    memory_used_bytes: null,
    memory_total_bytes: null,
    power_watts: null,
    power_limit_watts: null,
    temperature_celsius: null,
    clock_mhz: null,
    memory_clock_mhz: null,
    ecc_errors: null,
    last_xid: null,
  };
  const labels = (kind: string) =>
    figureGroups(someWorker({ device: kind, devices: [{ ...device, ...unknown }] }), 100)
      .at(-1)
      ?.figures.map(({ label, value }) => `${label} ${value}`);

  it("tell of a device what it tells", () => {
    expect(labels("cpu")).toEqual(["Busy 50 %", "Machine's memory in use 25 %"]);
    expect(labels("cuda:0")).toContain("Memory bus busy 25 %");
  });

  it("have no label twice", () => {
    const worker = someWorker({ finished: { stop: 1, length: 2 }, errors: { engine_lost: 1 } });
    for (const { figures } of figureGroups(worker, 100)) {
      expect(new Set(figures.map(({ label }) => label)).size).toBe(figures.length);
    }
  });

  it("show dashes for what was not measured", () => {
    expect(latencyRows(someWorker()).every(({ cells }) => cells.every((cell) => cell === "–"))).toBe(true);
  });
});
