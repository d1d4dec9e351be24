/** Elements a person points at in a made thing: how they are called, quoted and found in the source.
 * Pure. What the frame says of them is not trusted: it is only ever shown and sent as text. */

/** An element as the frame describes it. */
export interface PointedElement {
  /** A CSS selector that leads to it, from the body. */
  readonly selector: string;
  /** "h1", "button". */
  readonly tag: string;
  /** Its visible text, cut. */
  readonly text: string;
  /** Its opening tag, as the frame has it. */
  readonly opening: string;
}

/** A pointed element, with where it comes from: what a message can refer to. */
export interface Reference {
  readonly artifact: string;
  readonly title: string;
  readonly version: number;
  readonly element: PointedElement;
  /** First and last line in the source, from 1; null when it is made by a script. */
  readonly lines: readonly [number, number] | null;
}

const LONGEST_QUOTE = 80;

/** Text on one line, cut to `length` with an ellipsis. */
export function shortened(text: string, length: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1).trimEnd()}…`;
}

/** "<h1> in Flappy Bird". */
export function referenceLabel(reference: Reference): string {
  return `<${reference.element.tag}> in ${reference.title || "Untitled"}`;
}

function lineOf(source: string, offset: number): number {
  let line = 1;
  for (let at = source.indexOf("\n"); at !== -1 && at < offset; at = source.indexOf("\n", at + 1)) {
    line++;
  }
  return line;
}

function lastLine(source: string, tag: string, start: number, openingEnd: number): number {
  const closing = source.toLowerCase().indexOf(`</${tag.toLowerCase()}`, openingEnd);
  const first = lineOf(source, start);
  if (closing === -1) return lineOf(source, openingEnd);
  // The next closing tag of that name may belong to a child; far away it says nothing.
  return Math.min(lineOf(source, closing), first + 40);
}

function onlyIndexOf(source: string, part: string): number {
  if (part === "") return -1;
  const first = source.indexOf(part);
  return first !== -1 && source.indexOf(part, first + 1) === -1 ? first : -1;
}

/** Patterns for the opening tag, from the exact one to one that needs only its id. */
function findOpening(source: string, element: PointedElement): number {
  const exact = onlyIndexOf(source, element.opening);
  if (exact !== -1) return exact;
  const id = /\sid="([^"]+)"/.exec(element.opening)?.[1];
  if (id !== undefined) {
    const byId = [`id="${id}"`, `id='${id}'`, `id=${id}`].map((form) => onlyIndexOf(source, form));
    const found = byId.find((index) => index !== -1);
    if (found !== undefined) return source.lastIndexOf("<", found);
  }
  const text = onlyIndexOf(source, element.text);
  if (element.text.length > 2 && text !== -1) return source.lastIndexOf(`<${element.tag}`, text);
  return -1;
}

/** Where the element stands in the source: first and last line from 1, or null when its opening tag,
 * its id and its text are not there exactly once. */
export function sourceLines(
  source: string,
  element: PointedElement,
): readonly [number, number] | null {
  const start = findOpening(source, element);
  if (start === -1) return null;
  const end = source.indexOf(">", start);
  return [lineOf(source, start), lastLine(source, element.tag, start, end === -1 ? start : end)];
}

function placeOf(reference: Reference): string {
  if (!reference.lines) return "";
  const [first, last] = reference.lines;
  return first === last ? `, line ${first}` : `, lines ${first}–${last}`;
}

/** The line that stands for an element in a message: "> In “Flappy Bird” version 2, line 14: `h1`
 * “Flappy Bird”". */
export function quotedLine(reference: Reference): string {
  const { title, version, element } = reference;
  const text = shortened(element.text, LONGEST_QUOTE);
  const selector = shortened(element.selector, 200).replaceAll("`", "'");
  const said = text === "" ? "" : ` “${text}”`;
  const name = shortened(title || "Untitled", LONGEST_QUOTE);
  return `> In “${name}” version ${version}${placeOf(reference)}: \`${selector}\`${said}`;
}

const QUOTED = /^> (In “.*” version \d+.*)$/;

/** A message's leading lines that stand for elements, without their mark, and what was written. */
export function splitReferences(message: string): {
  readonly quoted: readonly string[];
  readonly text: string;
} {
  const lines = message.split("\n");
  const count = lines.findIndex((line) => !QUOTED.test(line));
  if (count <= 0) return { quoted: [], text: message };
  const quoted = lines.slice(0, count).map((line) => QUOTED.exec(line)?.[1] ?? line);
  return { quoted, text: lines.slice(count).join("\n").replace(/^\n+/, "") };
}

/** The message with a quoted line for each element above it. */
export function withReferences(text: string, references: readonly Reference[]): string {
  if (references.length === 0) return text;
  return `${references.map(quotedLine).join("\n")}\n\n${text}`;
}
