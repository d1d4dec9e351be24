// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { SourceEdits, withLineBreaks } from "./source-edits.svelte";

const answer = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status });

describe("changes that are not saved", () => {
  let edits: SourceEdits;
  const fetched = vi.fn<(path: string, init: RequestInit) => Promise<Response>>();
  const sent = (): unknown => JSON.parse(String(fetched.mock.lastCall?.[1].body));

  beforeEach(() => {
    vi.stubGlobal("fetch", fetched);
    fetched.mockReset();
    edits = new SourceEdits();
    edits.note("a", 3, "one\ntwo", "one\nTWO");
  });

  it("are there until the text is again what it was", () => {
    expect(edits.isDirty("a")).toBe(true);
    expect(edits.isDirty("b")).toBe(false);
    edits.note("a", 3, "one\ntwo", "one\ntwo");
    expect(edits.hasAny).toBe(false);
  });

  it("stay on the version they were begun on, though a newer one is shown since", () => {
    edits.note("a", 4, "something else", "one\nTWO!");
    expect(edits.find("a")).toEqual({ base: 3, original: "one\ntwo", text: "one\nTWO!" });
  });

  it("are stored as a version of what they were made from", async () => {
    fetched.mockResolvedValue(answer(200, { number: 5 }));
    expect(await edits.save("a")).toEqual({ state: "stored", number: 5 });
    expect(fetched.mock.lastCall?.[0]).toBe("/api/artifacts/a/versions");
    expect(sent()).toEqual({ base: 3, content: "one\nTWO" });
    expect(edits.isDirty("a")).toBe(false);
  });

  it("keep what was written while they were on their way", async () => {
    fetched.mockImplementation(async () => {
      edits.note("a", 3, "one\ntwo", "one\nTWO!");
      return answer(200, { number: 5 });
    });
    await edits.save("a");
    expect(edits.find("a")).toEqual({ base: 5, original: "one\nTWO", text: "one\nTWO!" });
  });

  it("stay when others changed the same lines, and can be stored over theirs", async () => {
    fetched.mockResolvedValueOnce(
      answer(409, { error: { code: "edit_conflict", message: "Changed." } }),
    );
    expect(await edits.save("a")).toEqual({ state: "conflict" });
    expect(edits.isDirty("a")).toBe(true);
    fetched.mockResolvedValueOnce(answer(200, { number: 7 }));
    expect(await edits.save("a", 6)).toEqual({ state: "stored", number: 7 });
    expect(sent()).toEqual({ base: 6, content: "one\nTWO" });
  });

  it("stay when the server is not reached", async () => {
    fetched.mockRejectedValue(new TypeError("offline"));
    expect(await edits.save("a")).toMatchObject({ state: "failed" });
    expect(edits.isDirty("a")).toBe(true);
    expect(edits.isSaving).toBe(false);
  });
});

it("line breaks stay as they were", () => {
  expect(withLineBreaks("a\nb", "x\r\ny")).toBe("a\r\nb");
  expect(withLineBreaks("a\nb", "x\ny")).toBe("a\nb");
});
