/** What the kinds of artifacts are called, and how each is shown. Pure. */
import type { ArtifactKind } from "../protocol/events.gen";

/** How the panel shows a kind: in the sealed frame, as text of the page's own, or only as source. */
export type Stage = "frame" | "prose" | "source" | "deck";

interface KindFacts {
  readonly noun: string;
  readonly stage: Stage;
  /** Language of the source, for colors. */
  readonly language: string | null;
}

const KINDS: Readonly<Record<ArtifactKind, KindFacts>> = {
  html: { noun: "Page", stage: "frame", language: "html" },
  svg: { noun: "Picture", stage: "frame", language: "xml" },
  poster: { noun: "Poster", stage: "frame", language: "html" },
  markdown: { noun: "Document", stage: "prose", language: "markdown" },
  mermaid: { noun: "Diagram", stage: "frame", language: null },
  code: { noun: "Code", stage: "source", language: null },
  deck: { noun: "Slides", stage: "deck", language: "html" },
};

const UNKNOWN: KindFacts = { noun: "File", stage: "source", language: null };

const facts = (kind: ArtifactKind): KindFacts => KINDS[kind] ?? UNKNOWN;

/** "Page", "Picture", "Poster" … */
export const kindNoun = (kind: ArtifactKind): string => facts(kind).noun;

export const kindStage = (kind: ArtifactKind): Stage => facts(kind).stage;

/** Whether a half-written one can be drawn: a diagram or code is only read. */
export function showsDrafts(kind: ArtifactKind): boolean {
  return kindStage(kind) === "prose" || (kindStage(kind) === "frame" && kind !== "mermaid");
}

const LANGUAGES: Readonly<Record<string, string>> = {
  htm: "html",
  js: "javascript",
  jsx: "javascript",
  mjs: "javascript",
  node: "javascript",
  ts: "typescript",
  tsx: "typescript",
  py: "python",
  python3: "python",
  md: "markdown",
  svg: "xml",
  yml: "yaml",
};

/** Plain name of the language that a version is written in; null when it has none. */
export function sourceLanguage(kind: ArtifactKind, said: string | null | undefined): string | null {
  const name = (said ?? "").trim().toLowerCase();
  if (kind !== "code") return facts(kind).language;
  return name === "" ? null : (LANGUAGES[name] ?? name);
}
