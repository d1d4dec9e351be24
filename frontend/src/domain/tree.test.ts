import { expect, it } from "vitest";
import type { Message } from "../protocol/resources";
import { activePath, chooseMessage, messageText } from "./tree";

let minute = 0;

function message(id: string, parent: string | null): Message {
  minute += 1;
  const created_at = new Date(2026, 0, 1, 0, minute).toISOString();
  const role = id.startsWith("u") ? "user" : "assistant";
  return { id, parent, role, created_at, parts: [{ kind: "text", text: id }], turn: null };
}

// u1 ─ a1 ─ u2 ─ a3          a2: regenerated; u3: u2 edited
//    └ a2 ┬ (nothing)
// a1 has the children u2 and u3.
const MESSAGES = new Map(
  [
    message("u1", null),
    message("a1", "u1"),
    message("u2", "a1"),
    message("a3", "u2"),
    message("u3", "a1"),
    message("a4", "u3"),
    message("a2", "u1"),
  ].map((one) => [one.id, one]),
);

const ids = (choices: Record<string, string>): string[] =>
  activePath(MESSAGES.values(), choices).map((step) => step.message.id);

it("shows the newest branch when nothing was chosen", () => {
  expect(ids({})).toEqual(["u1", "a2"]);
});

it("shows the branch of a chosen message, with the newest below it", () => {
  const choices = chooseMessage(MESSAGES, {}, "a1");
  expect(ids(choices)).toEqual(["u1", "a1", "u3", "a4"]);
  expect(ids(chooseMessage(MESSAGES, choices, "u2"))).toEqual(["u1", "a1", "u2", "a3"]);
});

it("says where each message stands among its alternatives", () => {
  const path = activePath(MESSAGES.values(), chooseMessage(MESSAGES, {}, "u2"));
  expect(path.map((step) => `${step.index + 1} / ${step.siblings.length}`)).toEqual([
    "1 / 1",
    "1 / 2",
    "1 / 2",
    "1 / 1",
  ]);
});

it("falls back to the newest when a chosen message is gone", () => {
  expect(ids({ u1: "deleted" })).toEqual(["u1", "a2"]);
});

it("does not hang on messages that are their own ancestors", () => {
  const circle = [message("u8", "a8"), message("a8", "u8")];
  expect(activePath(circle, {})).toEqual([]);
});

it("reads the text of a message", () => {
  expect(messageText(message("u9", null))).toBe("u9");
});
