import { expect, it } from "vitest";
import type { ConversationSummary } from "../protocol/resources";
import { groupByDate, longDuration, shortDuration, usageLine } from "./elapsed";

it.each([
  [0, "1 second"],
  [1_400, "1 second"],
  [4_000, "4 seconds"],
  [60_000, "1 minute"],
  [125_000, "2 minutes 5 seconds"],
])("says %i ms as %s", (ms, words) => {
  expect(longDuration(ms)).toBe(words);
});

it("counts a running timer in whole seconds that have passed", () => {
  expect([0, 999, 4_900, 65_000].map(shortDuration)).toEqual(["0 s", "0 s", "4 s", "1:05"]);
});

it("says how many tokens were written, and how fast after the first", () => {
  const usage = {
    prompt_tokens: 9,
    cached_tokens: 0,
    completion_tokens: 1_201,
    thinking_tokens: 0,
    ttft_ms: 1_000,
    duration_ms: 31_000,
  };
  expect(usageLine(usage)).toBe("1,201 tokens · 40 tok/s");
  expect(usageLine({ ...usage, completion_tokens: 0 })).toBe("");
  expect(usageLine({ ...usage, completion_tokens: 1 })).toBe("1 token");
});

it("groups chats by day, the newest first", () => {
  const now = new Date(2026, 5, 20, 15);
  const chat = (id: string, daysAgo: number): ConversationSummary => ({
    id,
    title: id,
    updated_at: new Date(2026, 5, 20 - daysAgo, 10).toISOString(),
    running: false,
  });
  const groups = groupByDate([chat("d", 40), chat("b", 1), chat("a", 0), chat("c", 3)], now);
  expect(groups.map((group) => [group.label, group.conversations.map((one) => one.id)])).toEqual([
    ["Today", ["a"]],
    ["Yesterday", ["b"]],
    ["Last 7 days", ["c"]],
    ["Older", ["d"]],
  ]);
});
