// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ExportStatus } from "../protocol/exports";
import { Exports, type ExportWish } from "./exports.svelte";
import * as saving from "./save-file";

const WISH: ExportWish = {
  artifact: "a",
  version: 3,
  title: "Volcanoes",
  format: "pdf",
  options: {},
};
const STATUS: ExportStatus = {
  id: "e1",
  state: "running",
  done: 1,
  total: 5,
  text: "",
  report: [],
  file: null,
  error: null,
};
const DONE: ExportStatus = { ...STATUS, state: "done", done: 5, file: { name: "v.pdf", bytes: 9 } };

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });

describe("exports", () => {
  const saved = vi.spyOn(saving, "saveFile").mockImplementation(() => undefined);
  let answers: (() => Response)[];
  let asked: string[];

  beforeEach(() => {
    vi.useFakeTimers();
    localStorage.clear();
    saved.mockClear();
    asked = [];
    vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
      asked.push(`${init.method} ${path}`);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError("offline"));
    });
  });

  afterEach(() => vi.useRealTimers());

  it("are followed until they are done, and downloaded once", async () => {
    answers = [() => json({ id: "e1" }), () => json(STATUS), () => json(DONE)];
    const exports = new Exports();
    exports.start(WISH);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(exports.jobs[0]?.status?.state).toBe("done");
    expect(saved.mock.calls).toEqual([["/api/exports/e1/file"]]);
    expect(asked[0]).toBe("POST /api/artifacts/a/versions/3/exports");
    expect(asked).toHaveLength(3);
  });

  it("are found again after a reload, while they run", async () => {
    answers = [() => json({ id: "e1" }), () => json(STATUS)];
    const before = new Exports();
    before.start(WISH);
    await vi.advanceTimersByTimeAsync(10);
    const after = new Exports();
    after.resume();
    await vi.advanceTimersByTimeAsync(10);
    expect(after.jobs.map((job) => [job.id, job.wish.title])).toEqual([["e1", "Volcanoes"]]);
    answers = [() => json(DONE)];
    await vi.advanceTimersByTimeAsync(2_000);
    const later = new Exports();
    later.resume();
    expect(later.jobs).toEqual([]);
  });

  it("wait for a server that is away", async () => {
    answers = [() => json({ id: "e1" }), () => json({}, 502), () => json(DONE)];
    const exports = new Exports();
    exports.start(WISH);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(exports.jobs[0]?.status?.state).toBe("done");
  });

  it("say why one could not begin, and begin again when asked", async () => {
    const refusal = { error: { code: "rate_limited", message: "Too many exports; wait a moment." } };
    answers = [() => json(refusal, 429)];
    const exports = new Exports();
    exports.start(WISH);
    await vi.advanceTimersByTimeAsync(10);
    const [job] = exports.jobs;
    expect(job?.problem).toBe("Too many exports; wait a moment.");
    answers = [() => json({ id: "e2" }), () => json(DONE)];
    if (job) exports.retry(job);
    await vi.advanceTimersByTimeAsync(10);
    expect(exports.jobs).toHaveLength(1);
    expect(exports.jobs[0]?.id).toBe("e2");
  });

  it("are gone once they are cancelled, and nothing is downloaded", async () => {
    answers = [() => json({ id: "e1" }), () => json(STATUS)];
    const exports = new Exports();
    exports.start(WISH);
    await vi.advanceTimersByTimeAsync(10);
    const [job] = exports.jobs;
    if (job) await exports.cancel(job);
    answers = [() => json(DONE)];
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toContain("POST /api/exports/e1/cancel");
    expect(exports.jobs).toEqual([]);
    expect(saved).not.toHaveBeenCalled();
  });

  it("are not kept running on the server when cancelled before it answered", async () => {
    answers = [() => json({ id: "e1" })];
    const exports = new Exports();
    exports.start(WISH);
    const [job] = exports.jobs;
    if (job) await exports.cancel(job);
    await vi.advanceTimersByTimeAsync(10);
    expect(asked).toContain("POST /api/exports/e1/cancel");
  });
});
