/** Cards in an answer: all that it did to one artifact stands on one card. Pure. */
import type { ArtifactPart, CheckSummary, Part } from "../protocol/events.gen";
import { formatCount } from "./elapsed";
import { kindNoun } from "./kinds";

/** One artifact in one answer, with what was done to it in order; the last part stands for it. */
export interface Card {
  readonly parts: readonly ArtifactPart[];
  readonly last: ArtifactPart;
}

export type Entry =
  | { readonly kind: "part"; readonly part: Exclude<Part, ArtifactPart>; readonly index: number }
  | { readonly kind: "card"; readonly card: Card; readonly index: number };

/** What an answer shows, in order: a card stands where its artifact was first touched. */
export function foldCards(parts: readonly Part[]): readonly Entry[] {
  const cards = new Map<string, ArtifactPart[]>();
  for (const part of parts) {
    if (part.kind !== "artifact") continue;
    const known = cards.get(part.artifact);
    if (known) known.push(part);
    else cards.set(part.artifact, [part]);
  }
  const entries: Entry[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.kind !== "artifact") {
      entries.push({ kind: "part", part, index });
      continue;
    }
    const of = cards.get(part.artifact) ?? [];
    if (of[0] === part) entries.push({ kind: "card", card: toCard(of, part), index });
  }
  return entries;
}

function toCard(parts: readonly ArtifactPart[], first: ArtifactPart): Card {
  return { parts, last: parts.at(-1) ?? first };
}

/** The newest version that the card stands for, or null while the first one is written. */
export function cardVersion(card: Card): number | null {
  return card.parts.findLast((part) => part.version !== null)?.version ?? null;
}

/** What the check of the newest version said, if there was one. */
export function cardCheck(card: Card): CheckSummary | null {
  return card.parts.findLast((part) => part.version !== null)?.check ?? null;
}

function pageCount(card: Card): string {
  const pages = card.parts.filter((part) => part.action === "page" && part.version !== null);
  if (pages.length === 0) return "";
  return pages.length === 1 ? "1 page" : `${pages.length} pages`;
}

function changeOf(card: Card): string {
  const [first] = card.parts;
  if (first?.action === "deck") return pageCount(card);
  const done = card.parts.filter((part) => part.version !== null);
  if (done.length > 1 && done.every((part) => part.action === "page")) return pageCount(card);
  const changes = done.filter((part) => part.action !== "create").length;
  if (changes > 1) return `${changes} changes`;
  return done.at(-1)?.summary ?? "";
}

/** "Page · changed 2 lines · version 3", "Slides · 5 pages"; `edited` is a later version that a person
 * made of the answer's. */
export function cardLine(card: Card, edited: number | null = null): string {
  const version = edited ?? cardVersion(card);
  const change = edited === null ? changeOf(card) : "changed by you";
  const words = [kindNoun(card.last.artifact_kind), change];
  if (version !== null && card.last.artifact_kind !== "deck") words.push(`version ${version}`);
  return words.filter((word) => word !== "").join(" · ");
}

/** What is being done to an artifact, as words that go on: "Editing…", "Writing page 3…". */
export function doingWords(part: ArtifactPart): string {
  switch (part.action) {
    case "edit":
      return "Editing…";
    case "page":
      return part.page ? `Writing page ${part.page.position}…` : "Writing a page…";
    case "deck":
      return "Planning…";
    case "arrange":
      return "Arranging…";
    case "theme":
      return "Changing the look…";
    case "undo":
      return "Going back…";
    case "rewrite":
      return `Rewriting… ${formatCount(part.content.length)} characters`;
    default:
      return `Writing… ${formatCount(part.content.length)} characters`;
  }
}

/** Whether a part's draft is a document that grows; of the others nothing shows until they are done. */
export function growsDraft(part: ArtifactPart): boolean {
  return part.action === "create" || part.action === "rewrite" || part.action === "page";
}
