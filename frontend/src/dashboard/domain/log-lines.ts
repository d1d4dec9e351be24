/** The tail of a worker's log, made readable and filtered. Pure. */

export type LogLevel = "error" | "warning" | "other";

export interface LogLine {
  readonly text: string;
  readonly level: LogLevel;
}

const ERROR = /\b(?:error|critical|traceback|exception)\b/i;
const WARNING = /\bwarn(?:ing)?\b/i;
/** What a line of JSON says of itself; everything else in it stands behind the event. */
const OWN = ["timestamp", "level", "logger", "event", "exception"];
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** A line as a person reads it: of a JSON object its time, level, logger, event and the rest. */
export function logLine(line: string): LogLine {
  const entry = parsed(line);
  if (!entry) return { text: line, level: levelOf(line) };
  const rest = Object.entries(entry).filter(([name]) => !OWN.includes(name));
  const words = [
    timeOf(entry.timestamp),
    said(entry.level),
    said(entry.logger),
    said(entry.event),
    ...rest.map(([name, value]) => `${name}=${said(value)}`),
  ];
  const text = words.filter(Boolean).join(" ");
  return {
    text: entry.exception ? `${text}\n${said(entry.exception)}` : text,
    level: levelOf(said(entry.level)),
  };
}

/** Lines that show every word of `filter`, in any case. */
export function filterLines(lines: readonly string[], filter: string): readonly LogLine[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return lines
    .map(logLine)
    .filter(({ text }) => words.every((word) => text.toLowerCase().includes(word)));
}

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith("{")) return null;
  try {
    const entry: unknown = JSON.parse(line);
    const isEntry = typeof entry === "object" && entry !== null && "event" in entry;
    return isEntry ? (entry as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function levelOf(text: string): LogLevel {
  if (ERROR.test(text)) return "error";
  return WARNING.test(text) ? "warning" : "other";
}

function timeOf(timestamp: unknown): string {
  const time = typeof timestamp === "string" ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(time) ? said(timestamp) : clock.format(time);
}

function said(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
