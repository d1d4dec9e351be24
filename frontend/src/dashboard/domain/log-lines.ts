/** The tail of a worker's log, filtered. Pure. */

export type LogLevel = "error" | "warning" | "other";

export interface LogLine {
  readonly text: string;
  readonly level: LogLevel;
}

const ERROR = /\b(?:error|critical|traceback|exception)\b/i;
const WARNING = /\bwarn(?:ing)?\b/i;

export function logLine(text: string): LogLine {
  if (ERROR.test(text)) return { text, level: "error" };
  return { text, level: WARNING.test(text) ? "warning" : "other" };
}

/** Lines that hold every word of `filter`, in any case. */
export function filterLines(lines: readonly string[], filter: string): readonly LogLine[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return lines
    .filter((line) => words.every((word) => line.toLowerCase().includes(word)))
    .map(logLine);
}
