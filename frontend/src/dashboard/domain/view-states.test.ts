import { describe, expect, it } from "vitest";
import type { ViewState } from "../protocol/workers";
import { someWorker } from "./some-worker";
import { countStates, isLive, loadSecondsLeft, sortWorkers, stateLook, workerTitle } from "./view-states";

const STATES: readonly ViewState[] = ["starting", "ready", "draining", "stuck", "gone", "failed"];
const inState = (view_state: ViewState, worker_id: string = view_state) => someWorker({ view_state, worker_id });

describe("states", () => {
  it("are told by words of their own", () => {
    expect(new Set(STATES.map((state) => stateLook(state).label)).size).toBe(STATES.length);
  });

  it("are counted, the good ones first", () => {
    const workers = [inState("gone"), inState("ready", "1"), inState("failed"), inState("ready", "2")];
    expect(countStates(workers)).toBe("2 ready, 1 gone, 1 failed");
    expect(countStates([])).toBe("");
  });

  it("put what wants a person first, within its model", () => {
    const workers = [inState("ready", "b"), inState("ready", "a"), inState("stuck"), inState("failed")];
    const air = someWorker({ model: "air", worker_id: "z" });
    const sorted = sortWorkers([...workers, air]).map((worker) => worker.worker_id);
    expect(sorted).toEqual(["z", "failed", "stuck", "a", "b"]);
  });

  it("are all of now but one", () => {
    expect(STATES.filter((state) => !isLive(inState(state)))).toEqual(["gone"]);
  });
});

describe("a worker", () => {
  it("is called by its host and process, else by its id", () => {
    expect(workerTitle(someWorker())).toBe("a · 7");
    expect(workerTitle(someWorker({ host: "" }))).toBe("engine@a");
  });

  it("that loads is guessed to be ready by how far it came", () => {
    const loading = (load_progress: number | null) =>
      loadSecondsLeft(someWorker({ view_state: "starting", uptime_seconds: 30, load_progress }));
    expect(loading(0.25)).toBeCloseTo(90);
    for (const nothing of [null, 0, 0.02, 1]) expect(loading(nothing)).toBeNull();
    expect(loadSecondsLeft(someWorker({ load_progress: 0.5 }))).toBeNull();
  });
});
