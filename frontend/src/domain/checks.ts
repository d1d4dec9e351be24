/** What the check of a version found, in words; and what the model is asked to fix. Pure. */
import type { CheckSummary } from "../protocol/events.gen";
import type { Finding } from "../protocol/resources";

export type CheckTone = "good" | "warning" | "bad" | "none";

/** The badge: its color and its words. */
export interface CheckLabel {
  readonly tone: CheckTone;
  readonly words: string;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** How a check is summed up; null stands for no check. `isChecking` while one is going on. */
export function checkLabel(check: CheckSummary | null, isChecking = false): CheckLabel {
  if (isChecking && !check) return { tone: "none", words: "Checking…" };
  switch (check?.state) {
    case "passed":
      return { tone: "good", words: "Checked" };
    case "warned":
      return { tone: "warning", words: plural(check.warnings, "warning") };
    case "failed":
      return { tone: "bad", words: plural(check.errors, "problem") };
    default:
      return { tone: "none", words: "Not checked" };
  }
}

const UNITS: Readonly<Record<string, string>> = { px: "px", ms: "ms", percent: "%", fps: "per second" };

/** "font size 9 px, contrast 2.1": what was measured, its unit taken from the end of its name. */
export function measuredWords(numbers: Readonly<Record<string, number>>): string {
  const words = Object.entries(numbers).map(([name, value]) => {
    const parts = name.split("_");
    const unit = parts.length > 1 ? UNITS[parts.at(-1) ?? ""] : undefined;
    const label = (unit === undefined ? parts : parts.slice(0, -1)).join(" ");
    const rounded = Math.round(value * 100) / 100;
    return `${label} ${rounded}${unit === undefined ? "" : ` ${unit}`}`;
  });
  return words.join(", ");
}

/** Errors first. */
export function bySeverity(findings: readonly Finding[]): readonly Finding[] {
  const rank = (finding: Finding): number => (finding.severity === "error" ? 0 : 1);
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

const MOST_LISTED = 8;
const LONGEST_LINE = 240;

function cutLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE - 1)}…`;
}

function findingLine(finding: Finding): string {
  const place = finding.element === "" ? "" : ` (${finding.element})`;
  return cutLine(`${finding.message}${place}`);
}

/** The message that asks for a fix: short, each problem once. */
export function fixMessage(
  title: string,
  version: number,
  findings: readonly Finding[],
  errors: Iterable<string>,
): string {
  const lines = [...bySeverity(findings).map(findingLine), ...[...errors].map(cutLine)];
  const distinct = [...new Set(lines)];
  const listed = distinct.slice(0, MOST_LISTED).map((line) => `- ${line}`);
  const rest = distinct.length - listed.length;
  if (rest > 0) listed.push(`- and ${rest} more`);
  return `Fix these problems in “${title || "Untitled"}” version ${version}:\n${listed.join("\n")}`;
}
