/** What goes wrong in a made thing, told once per distinct text, with a count. */

export type ReportError = (message: string, count: number) => void;

const MOST_DISTINCT = 20;
const LONGEST = 500;

/** Counts errors by their text and reports each change, at most as often as a count doubles. */
export class ErrorCapture {
  readonly #counts = new Map<string, number>();
  readonly #report: ReportError;

  constructor(report: ReportError) {
    this.#report = report;
  }

  note(message: string): void {
    const text = message.slice(0, LONGEST);
    const count = (this.#counts.get(text) ?? 0) + 1;
    if (count === 1 && this.#counts.size >= MOST_DISTINCT) return;
    this.#counts.set(text, count);
    // An error in every frame of a game must not flood the page: 1, 2, 4, 8 …
    if ((count & (count - 1)) === 0) this.#report(text, count);
  }
}

/** A thrown or logged value as one line. */
export function describe(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

/** Listens on the window; to be called again after every `document.open`, which takes listeners. */
export function listenForErrors(capture: ErrorCapture): void {
  addEventListener("error", (event) => {
    const place = event.lineno > 0 ? ` (line ${event.lineno})` : "";
    if (event.message) capture.note(`${event.message}${place}`);
  });
  addEventListener("unhandledrejection", (event) => capture.note(describe(event.reason)));
}

/** Copies console.error to the capture, and leaves it to the console as well. */
export function captureConsole(capture: ErrorCapture): void {
  const original = console.error.bind(console);
  console.error = (...values: unknown[]): void => {
    original(...values);
    capture.note(values.map(describe).join(" "));
  };
}
