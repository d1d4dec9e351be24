// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { OwnChecks } from "./own-checks.svelte";

const PASSED = { state: "passed", errors: 0, warnings: 0, text: "" };

describe("the check of a person's own version", () => {
  const fetched = vi.fn<(path: string, init?: RequestInit) => Promise<Response>>();
  let answers: unknown[];
  let asked: string[];

  beforeEach(() => {
    vi.stubGlobal("fetch", fetched);
    asked = [];
    fetched.mockReset();
    fetched.mockImplementation((path, init) => {
      asked.push(`${init?.method ?? "GET"} ${path}`);
      return Promise.resolve(new Response(JSON.stringify(answers.shift())));
    });
  });

  it("is asked for once and shows when it is done", async () => {
    answers = [{ asked: true }, { check: null }, { check: PASSED }];
    const running: boolean[] = [];
    const checks: OwnChecks = new OwnChecks(() => {
      running.push(checks.isRunning("a", 3));
      return Promise.resolve();
    });
    await checks.request("a", 3);
    expect(running).toEqual([true, true]);
    expect([checks.isRunning("a", 3), checks.find("a", 3)]).toEqual([false, PASSED]);
    expect(checks.find("a", 2)).toBeNull();
    expect(asked[0]).toBe("POST /api/artifacts/a/versions/3/checks");
  });

  it("is given up where nobody checks", async () => {
    answers = [{ asked: false }];
    const checks = new OwnChecks(() => Promise.resolve());
    await checks.request("a", 3);
    expect([asked.length, checks.isRunning("a", 3)]).toEqual([1, false]);
  });

  it("is given up after a while, and the version counts as not checked", async () => {
    answers = [{ asked: true }, ...Array.from({ length: 5 }, () => ({ check: null }))];
    const checks = new OwnChecks(() => Promise.resolve());
    await checks.request("a", 3);
    expect([checks.isRunning("a", 3), checks.find("a", 3)]).toEqual([false, null]);
  });
});
