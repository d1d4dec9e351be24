/** Versions of an artifact as a person sees them, and what an undo leads back to. Pure. */
import type { VersionSummary } from "../protocol/resources";

/** Oldest first. */
export function inOrder(versions: readonly VersionSummary[]): readonly VersionSummary[] {
  return versions.toSorted((a, b) => a.number - b.number);
}

function isSameStep(a: VersionSummary, b: VersionSummary): boolean {
  return a.author === "model" && b.author === "model" && a.message === b.message;
}

/** The version that stood before the latest step: all that one answer did is one step, and so is
 * each change of a person. Null when there is nothing before it. */
export function undoTarget(versions: readonly VersionSummary[]): VersionSummary | null {
  const ordered = inOrder(versions);
  let index = ordered.length - 1;
  const newest = ordered[index];
  while (newest && index > 0 && isSameStep(ordered[index - 1] as VersionSummary, newest)) index--;
  return ordered[index - 1] ?? null;
}

/** The version that a person made of what an answer made, if it is newer; else null. */
export function editedVersion(
  versions: readonly VersionSummary[],
  message: string,
  made: number | null,
): number | null {
  const last = inOrder(versions).findLast((version) => version.message === message);
  return last?.author === "person" && last.number > (made ?? 0) ? last.number : null;
}

/** Who made a version: "You" or the model. */
export const authorName = (version: VersionSummary): string =>
  version.author === "person" ? "You" : "Model";

const TIME = new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en", { month: "short", day: "numeric" });

/** "just now", "12 minutes ago", "9:41 AM", "Nov 3, 9:41 AM". */
export function whenWords(createdAt: string, now: Date): string {
  const made = new Date(createdAt);
  const minutes = Math.floor((now.getTime() - made.getTime()) / 60_000);
  if (Number.isNaN(minutes)) return "";
  if (minutes < 1) return "just now";
  if (minutes < 60) return minutes === 1 ? "1 minute ago" : `${minutes} minutes ago`;
  const time = TIME.format(made);
  return made.toDateString() === now.toDateString() ? time : `${DAY.format(made)}, ${time}`;
}
