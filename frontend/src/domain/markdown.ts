/** Markdown as blocks: while text streams in, only the blocks at its end are parsed again. Pure:
 * makes HTML text, which the ui room must sanitize before it shows it. */
import { Marked, type Tokens, type TokensList } from "marked";
import remend from "remend";

/** Fenced code, shown with its own tools. */
export interface CodeBlock {
  readonly kind: "code";
  readonly language: string;
  readonly text: string;
  readonly isClosed: boolean;
}

/** Any other block, as markdown source. */
export interface ProseBlock {
  readonly kind: "prose";
  readonly source: string;
}

export type MarkdownBlock = CodeBlock | ProseBlock;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as HTML that shows exactly that text. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

const marked = new Marked({
  gfm: true,
  renderer: {
    // Raw HTML is shown, not run.
    html({ text, block }: Tokens.HTML | Tokens.Tag) {
      return block ? `<p>${escapeHtml(text)}</p>` : escapeHtml(text);
    },
    // A remote image tells its server what was read, and when; its description stands for it.
    image({ text, href }: Tokens.Image) {
      return escapeHtml(text || href);
    },
  },
});

const OPENING_FENCE = /^ {0,3}(`{3,}|~{3,})/;

function isFenceClosed(raw: string): boolean {
  const fence = OPENING_FENCE.exec(raw)?.[1];
  if (!fence) return true;
  const lastLine = raw.trimEnd().split("\n").slice(1).at(-1)?.trim() ?? "";
  return lastLine.length >= fence.length && [...lastLine].every((one) => one === fence[0]);
}

function toBlock(token: TokensList[number]): MarkdownBlock | null {
  if (token.type === "space") return null;
  if (token.type === "code" && OPENING_FENCE.test(token.raw)) {
    const { lang, text, raw } = token as Tokens.Code;
    const language = (lang ?? "").split(/\s/)[0] ?? "";
    return { kind: "code", language, text, isClosed: isFenceClosed(raw) };
  }
  return { kind: "prose", source: token.raw };
}

function isSameBlock(a: MarkdownBlock, b: MarkdownBlock | undefined): boolean {
  if (a.kind === "prose") return b?.kind === "prose" && a.source === b.source;
  return (
    b?.kind === "code" &&
    a.text === b.text &&
    a.language === b.language &&
    a.isClosed === b.isClosed
  );
}

/** Blocks at the end that text to come may still change: the last, and the one it may join. */
const UNSETTLED_BLOCKS = 2;

/** Splits a growing markdown text into blocks; a block that did not change stays the same object. */
export class MarkdownBlocks {
  #source = "";
  #blocks: readonly MarkdownBlock[] = [];
  #settledBlocks = 0;
  #settledLength = 0;

  /** Takes the whole text so far and returns its blocks. */
  update(text: string): readonly MarkdownBlock[] {
    const source = text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
    if (source === this.#source) return this.#blocks;
    if (!source.startsWith(this.#source.slice(0, this.#settledLength))) {
      this.#settledBlocks = 0;
      this.#settledLength = 0;
    }
    this.#source = source;
    this.#parseTail();
    return this.#blocks;
  }

  #parseTail(): void {
    const known = this.#blocks;
    const blocks = known.slice(0, this.#settledBlocks);
    const ends: number[] = [];
    let offset = this.#settledLength;
    for (const token of marked.lexer(this.#source.slice(offset))) {
      offset += token.raw.length;
      const block = toBlock(token);
      if (!block) continue;
      const before = known[blocks.length];
      blocks.push(before && isSameBlock(block, before) ? before : block);
      ends.push(offset);
    }
    const settling = ends.length - UNSETTLED_BLOCKS;
    if (settling > 0) {
      this.#settledBlocks += settling;
      this.#settledLength = ends[settling - 1] ?? this.#settledLength;
    }
    this.#blocks = blocks;
  }
}

/** HTML of one prose block, not yet sanitized; an open one has its half-written marks completed. */
export function renderProse(source: string, isOpen: boolean): string {
  const whole = isOpen ? remend(source, { linkMode: "text-only", images: false }) : source;
  return marked.parse(whole, { async: false });
}
