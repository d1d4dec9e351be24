/** The slides of a deck as the page shows them: stored pages, the one that is being written, and
 * those that the outline promises. Pure. */
import type { DeckPage, Finding } from "../protocol/resources";

/** A page that is being written: `id` null while it is new. */
export interface PageDraft {
  readonly id: string | null;
  /** Place in the deck, from 1. */
  readonly position: number;
  readonly title: string;
  readonly content: string;
}

export type SlideState = "ready" | "writing" | "waiting";

export interface Slide {
  /** Stays the same while the slide does; a page that is being written has none of its own yet. */
  readonly key: string;
  readonly page: DeckPage | null;
  readonly position: number;
  readonly title: string;
  readonly state: SlideState;
}

export const DRAFT_KEY = "draft";

/** The title in a line of an outline: without its number or bullet. */
function outlineTitle(line: string): string {
  return line.replace(/^\s*(?:\d+\s*[.):]|[-*•])\s*/, "").trim();
}

/** The slides in order. `outline` names what is still to come; leave it out once the deck is made. */
export function listSlides(
  pages: readonly DeckPage[],
  draft: PageDraft | null,
  outline: readonly string[] = [],
): readonly Slide[] {
  const ready = pages.map((page): Slide => readySlide(page, draft));
  const isInsert = draft !== null && !pages.some((page) => page.id === draft.id);
  const slides = isInsert ? insertDraft(ready, draft) : ready;
  const promised = outline.slice(slides.length).map(
    (line, index): Slide => ({
      key: `outline-${slides.length + index}`,
      page: null,
      position: 0,
      title: outlineTitle(line),
      state: "waiting",
    }),
  );
  return [...slides, ...promised].map((slide, index) => ({ ...slide, position: index + 1 }));
}

function readySlide(page: DeckPage, draft: PageDraft | null): Slide {
  const isRewritten = draft !== null && draft.id === page.id;
  return {
    key: page.id,
    page,
    position: page.position,
    title: (isRewritten && draft.title) || page.title,
    state: isRewritten ? "writing" : "ready",
  };
}

function insertDraft(slides: readonly Slide[], draft: PageDraft): readonly Slide[] {
  const at = Math.min(slides.length, Math.max(0, draft.position - 1));
  const { title, position } = draft;
  const slide: Slide = { key: DRAFT_KEY, page: null, position, title, state: "writing" };
  return slides.toSpliced(at, 0, slide);
}

/** The ids with one moved to another place; both places count from 0. */
export function moveId(ids: readonly string[], from: number, to: number): readonly string[] {
  const id = ids[from];
  const isInside = to >= 0 && to < ids.length;
  if (id === undefined || !isInside || from === to) return ids;
  return ids.toSpliced(from, 1).toSpliced(to, 0, id);
}

/** The pages in the order of `order`; those it does not name are left out. */
export function inOrder(pages: readonly DeckPage[], order: readonly string[]): readonly DeckPage[] {
  const known = new Map(pages.map((page) => [page.id, page]));
  return order
    .map((id) => known.get(id))
    .filter((page) => page !== undefined)
    .map((page, index) => ({ ...page, position: index + 1 }));
}

/** The place among `slides` that shows when `key` was chosen: its own, or the nearest to where it
 * was. -1 when there is no slide. */
export function placeOf(slides: readonly Slide[], key: string | null, last: number): number {
  const found = slides.findIndex((slide) => slide.key === key);
  return found >= 0 ? found : Math.min(Math.max(0, last), slides.length - 1);
}

/** Where a key leads from a place among `count` slides (from 0); null for another key. */
export function placeAfterKey(key: string, place: number, count: number): number | null {
  const to = {
    ArrowLeft: place - 1,
    ArrowUp: place - 1,
    PageUp: place - 1,
    ArrowRight: place + 1,
    ArrowDown: place + 1,
    PageDown: place + 1,
    Home: 0,
    End: count - 1,
  }[key];
  return to === undefined ? null : Math.min(count - 1, Math.max(0, to));
}

/** What a check found, under the id of the page it was found on. */
export function findingsByPage(
  findings: readonly Finding[],
): ReadonlyMap<string, readonly Finding[]> {
  const byPage = new Map<string, Finding[]>();
  for (const finding of findings) {
    const page = finding.page ?? "";
    byPage.set(page, [...(byPage.get(page) ?? []), finding]);
  }
  return byPage;
}
