/** Durations, dates, counts and rates as words. Pure. */
import type { ConversationSummary } from "../protocol/resources";
import type { TurnUsage } from "../protocol/events.gen";

/** "4 seconds", "1 minute 5 seconds". */
export function longDuration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 60) return plural(seconds, "second");
  const rest = seconds % 60;
  const minutes = plural(Math.floor(seconds / 60), "minute");
  return rest === 0 ? minutes : `${minutes} ${plural(rest, "second")}`;
}

/** "4 s", "1:05", for a running timer: never ahead of the time that passed. */
export function shortDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

const COUNT = new Intl.NumberFormat("en");

/** The day of a moment, as the reader writes it: "Nov 26, 2026". */
export function formatDate(iso: string): string {
  return new Date(iso).toLocaleDateString(undefined, { dateStyle: "medium" });
}

/** "1,234". */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** "412 tokens · 38 tok/s": what was written, and how fast after the first token. */
export function usageLine(usage: TurnUsage): string {
  const tokens = usage.completion_tokens;
  if (tokens === 0) return "";
  const decodeMs = usage.duration_ms - (usage.ttft_ms ?? 0);
  const words = tokens === 1 ? "1 token" : `${formatCount(tokens)} tokens`;
  if (decodeMs <= 0 || tokens < 2) return words;
  const rate = (tokens - 1) / (decodeMs / 1000);
  return `${words} · ${rate < 10 ? rate.toFixed(1) : Math.round(rate)} tok/s`;
}

export interface DateGroup {
  readonly label: string;
  readonly conversations: readonly ConversationSummary[];
}

const DAY_MS = 86_400_000;

function groupLabel(updatedAt: Date, today: Date): string {
  const days = Math.floor((today.getTime() - updatedAt.getTime()) / DAY_MS);
  if (updatedAt >= today) return "Today";
  if (days < 1) return "Yesterday";
  if (days < 7) return "Last 7 days";
  if (days < 30) return "Last 30 days";
  return "Older";
}

/** Groups conversations, newest first, under Today, Yesterday, Last 7 days, … */
export function groupByDate(
  conversations: readonly ConversationSummary[],
  now: Date,
): readonly DateGroup[] {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const groups = new Map<string, ConversationSummary[]>();
  const newestFirst = conversations.toSorted(
    (a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at),
  );
  for (const conversation of newestFirst) {
    const label = groupLabel(new Date(conversation.updated_at), today);
    groups.set(label, [...(groups.get(label) ?? []), conversation]);
  }
  return [...groups].map(([label, list]) => ({ label, conversations: list }));
}
