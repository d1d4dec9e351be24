// @vitest-environment jsdom
import { beforeEach, expect, it } from "vitest";
import { draftOf, keepDraft, settleDraft } from "./drafts";

beforeEach(() => sessionStorage.clear());

it("lets go of a draft that was sent", () => {
  keepDraft("c", "Hello");
  settleDraft("c", "c", "Hello", true);
  expect(draftOf("c")).toBe("");
});

it("keeps what was written since, also when a new chat gets its id", () => {
  keepDraft("c", "and then");
  settleDraft("c", "c", "Hello", true);
  expect(draftOf("c")).toBe("and then");
  keepDraft(null, "and then");
  settleDraft(null, "d", "Hello", true);
  expect([draftOf(null), draftOf("d")]).toEqual(["", "and then"]);
});

it("leaves the draft of the next new chat alone when the sent one is no longer open", () => {
  keepDraft(null, "something else");
  settleDraft(null, "d", "Hello", false);
  expect([draftOf(null), draftOf("d")]).toEqual(["something else", ""]);
});
