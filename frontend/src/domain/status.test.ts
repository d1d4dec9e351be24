import { expect, it } from "vitest";
import { statusLine } from "./status";
import { emptyTurn, type TurnView } from "./turn";

const at = (changes: Partial<TurnView>): string => statusLine({ ...emptyTurn("t"), ...changes });

it("says the place in the queue", () => {
  expect(at({ position: 1 })).toBe("Queued, next in line");
  expect(at({ position: 3 })).toBe("Queued, number 3 in line");
});

it("says the share that was read in steps of ten", () => {
  expect(at({ phase: "reading", progress: 0.37 })).toBe("Reading the prompt, 30 %");
  expect(at({ phase: "reading" })).toBe("Reading the prompt");
});

it("says that the thinking is being skipped, and only while it is", () => {
  expect(statusLine({ ...emptyTurn("t"), phase: "thinking" }, true)).toBe("Skipping the thinking");
  expect(statusLine({ ...emptyTurn("t"), phase: "writing" }, true)).toBe("Writing");
});

it("names what is being made", () => {
  const part = {
    kind: "artifact",
    artifact: "x",
    artifact_kind: "svg",
    title: "A badge",
    version: null,
    content: "",
    action: "create",
    page: null,
    size: "",
    summary: "",
    check: null,
  } as const;
  expect(at({ phase: "making", parts: [part] })).toBe("Making A badge");
  const words = (wish: object): string => at({ phase: "making", parts: [{ ...part, ...wish }] });
  expect(words({ action: "edit" })).toBe("Editing A badge");
  const page = { id: null, position: 3, title: "Magma" };
  expect(words({ action: "page", page })).toBe("Writing page 3 of A badge");
});

it("says that a version is being checked", () => {
  expect(at({ phase: "checking" })).toBe("Checking");
});

it("is silent after the end", () => {
  expect(at({ phase: "finished" })).toBe("");
});
