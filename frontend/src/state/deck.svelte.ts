/** The deck in the panel: its pages, the slide that shows, and what the person changes. */
import {
  DRAFT_KEY,
  findingsByPage,
  inOrder,
  listSlides,
  moveId,
  type PageDraft,
  placeOf,
  type Slide,
} from "../domain/deck";
import type { CheckSummary } from "../protocol/events.gen";
import type { ArtifactVersion, DeckPage, Finding } from "../protocol/resources";
import { type DeckEdit, restoreDeck, storeDeckEdit, thumbnailPath } from "../transport/decks";
import * as http from "../transport/http";
import { SlideDocuments } from "./slide-documents.svelte";

/** What the panel shows of a deck. */
export interface DeckSource {
  readonly artifact: string;
  /** The stored version that shows; null before there is one. */
  readonly version: number | null;
  readonly newest: number | null;
  readonly draft: PageDraft | null;
  /** Whether the conversation is being answered. */
  readonly isRunning: boolean;
  /** Whether that answer makes this deck: then what its outline names is still to come. */
  readonly isBeingMade: boolean;
  /** What the check of the version said; null as long as there is none. */
  readonly check: CheckSummary | null;
}

export interface DeckHooks {
  /** A change of an artifact was stored as this version. */
  readonly onStored: (artifact: string, number: number) => void | Promise<void>;
  /** A sentence for the person, with at most one thing to do. */
  readonly tell: (text: string, action?: { label: string; run: () => void }) => void;
}

/** Whether a check came to its end: then there are pictures of the pages. */
const wasLookedAt = (check: CheckSummary | null | undefined): boolean =>
  check !== null && check !== undefined && check.state !== "unavailable";

export class DeckState {
  readonly documents = new SlideDocuments();
  readonly #hooks: DeckHooks;
  #source = $state.raw<DeckSource | null>(null);
  #version = $state.raw<ArtifactVersion | null>(null);
  loadError = $state<string | null>(null);
  findings = $state.raw<ReadonlyMap<string, readonly Finding[]>>(new Map());
  /** Sentence for those who hear the page. */
  announcement = $state("");
  #chosen = $state<string | null>(null);
  #lastPlace = $state(0);
  /** The order that shows while it is on its way to the server. */
  #order = $state.raw<readonly string[] | null>(null);
  /** The draft goes on showing until the version that holds it is here. */
  #lastDraft = $state.raw<PageDraft | null>(null);
  #isFollowing = true;
  /** Changes that are on their way to the server, or wait for one that is. */
  #storing = $state(0);
  #stored = 0;
  #queue: Promise<unknown> = Promise.resolve();
  readonly #pictured = new Map<string, number>();

  constructor(hooks: DeckHooks) {
    this.#hooks = hooks;
  }

  readonly version: ArtifactVersion | null = $derived.by(() =>
    this.#version?.id === this.#source?.artifact ? this.#version : null,
  );

  readonly isLoading: boolean = $derived.by(() => {
    const wanted = this.#source?.version ?? null;
    return wanted !== null && this.version?.number !== wanted;
  });

  readonly pages: readonly DeckPage[] = $derived.by(() => {
    const pages = this.version?.pages ?? [];
    return this.#order ? inOrder(pages, this.#order) : pages;
  });

  readonly draft: PageDraft | null = $derived.by(
    () => this.#source?.draft ?? (this.isLoading ? this.#lastDraft : null),
  );

  readonly slides: readonly Slide[] = $derived.by(() => {
    const outline = this.#source?.isBeingMade ? this.version?.attributes.outline : undefined;
    return listSlides(this.pages, this.draft, outline ?? []);
  });

  /** Place of the slide that shows, from 0; -1 when there is none. */
  readonly place: number = $derived.by(() => placeOf(this.slides, this.#chosen, this.#lastPlace));

  readonly current: Slide | null = $derived.by(() => this.slides[this.place] ?? null);

  /** Whether the person may change the deck: its newest version, while nobody writes. */
  readonly canEdit: boolean = $derived.by(() => {
    const source = this.#source;
    // Also while the version that the last change made is on its way: the next one builds on it.
    return source !== null && !source.isRunning && source.version === source.newest;
  });

  /** Whether the slides that show are a stored version, and no order of them is on its way. */
  readonly isSettled: boolean = $derived(this.version !== null && this.#order === null);

  /** Whether the conversation is being answered. */
  readonly isRunning: boolean = $derived(this.#source?.isRunning ?? false);

  /** Takes what the panel shows now, and fetches what is missing. */
  async show(source: DeckSource): Promise<void> {
    const before = this.#source;
    if (before?.artifact !== source.artifact) this.#begin();
    if (source.isRunning && !before?.isRunning) this.#isFollowing = true;
    this.#source = source;
    if (before?.isBeingMade && !source.isRunning) this.#turnToFirst();
    if (source.draft) this.#followDraft(source.draft);
    if (this.isLoading) await this.reload();
  }

  /** Fetches the version that the panel asks for. */
  async reload(): Promise<void> {
    const source = this.#source;
    if (source?.version == null) return;
    this.loadError = null;
    try {
      const found = await http.getArtifactVersion(source.artifact, source.version);
      if (this.#isWanted(source)) this.#take(found);
    } catch (error) {
      if (!(error instanceof http.HttpError)) throw error;
      if (this.#isWanted(source)) this.loadError = error.message;
    }
  }

  /** Shows the slide at a place; what the person chooses is not taken away by what is written. */
  choose(place: number): void {
    const slide = this.slides[place];
    if (!slide || slide.state === "waiting") return;
    this.#isFollowing = slide.state === "writing";
    this.#choose(slide.key, place);
  }

  step(by: number): void {
    this.choose(Math.min(this.slides.length - 1, Math.max(0, this.place + by)));
  }

  /** Moves the slide at one place to another. */
  async move(from: number, to: number): Promise<void> {
    const ids = this.pages.map((page) => page.id);
    const order = moveId(ids, from, to);
    const page = this.pages[from];
    if (order === ids || !page || !this.canEdit) return;
    this.#choose(page.id, to);
    this.announcement = `${page.title || "Slide"} is now slide ${to + 1} of ${ids.length}.`;
    await this.#arrange(order);
  }

  /** Takes a page out, with a way back. */
  async remove(place: number): Promise<void> {
    const page = this.pages[place];
    if (!page || !this.canEdit) return;
    const rest = this.pages.filter((one) => one.id !== page.id).map((one) => one.id);
    this.#choose(null, place);
    const base = await this.#arrange(rest);
    if (base === null) return;
    const number = this.#stored;
    this.#hooks.tell(`“${page.title || "Untitled"}” was removed.`, {
      label: "Undo",
      run: () => void this.#undo(base, number, page.id, place),
    });
  }

  async saveNotes(page: string, notes: string): Promise<boolean> {
    return (await this.#store((base) => ({ base, page, notes }))) !== null;
  }

  async setTheme(theme: string): Promise<void> {
    if (this.canEdit) await this.#store((base) => ({ base, theme }));
  }

  /** Where the picture of a page is, or null where there is none to be expected; the same address
   * for as long as the page looks the same. */
  picture(page: DeckPage): string | null {
    const { version } = this;
    if (!version) return null;
    const look = `${page.sha256} ${JSON.stringify(version.attributes.theme ?? null)}`;
    const isExpected = wasLookedAt(this.#source?.check) || version.author === "person";
    const number = this.#pictured.get(look) ?? (isExpected ? version.number : null);
    if (number === null) return null;
    this.#pictured.set(look, number);
    return thumbnailPath(version.id, number, page.sha256);
  }

  /** Fetches what a page's frame loads; why it could not be fetched is in `loadError`. */
  async fetchDocument(page: DeckPage): Promise<void> {
    const { version } = this;
    if (!version) return;
    try {
      await this.documents.fetch(version, page);
    } catch (error) {
      if (!(error instanceof http.HttpError)) throw error;
      if (this.version === version && this.current?.key === page.id) this.loadError = error.message;
    }
  }

  /** Fetches what the check of this version found, page by page, once it has found something. */
  async loadFindings(): Promise<void> {
    const { version } = this;
    this.findings = new Map();
    const check = this.isLoading ? null : this.#source?.check;
    if (!version || !check || check.errors + check.warnings === 0) return;
    try {
      const { findings } = await http.getCheckReport(version.id, version.number);
      if (this.version === version) this.findings = findingsByPage(findings);
    } catch (error) {
      // Without a report there is nothing to mark.
      if (!(error instanceof http.HttpError)) throw error;
    }
  }

  #begin(): void {
    this.#version = null;
    this.#chosen = null;
    this.#lastPlace = 0;
    this.#lastDraft = null;
    this.#order = null;
    this.#stored = 0;
    this.findings = new Map();
    this.#pictured.clear();
  }

  #isWanted(source: DeckSource): boolean {
    return this.#source?.artifact === source.artifact && this.#source.version === source.version;
  }

  #take(found: ArtifactVersion): void {
    this.#settleDraft(found);
    this.#version = found;
    this.#lastDraft = null;
    this.#settleOrder();
  }

  /** The order on its way is dropped when the version that shows holds it: not while a change is
   * being stored, nor while a stored one is still to be fetched. */
  #settleOrder(): void {
    const isNewest = this.#source?.version === this.#source?.newest;
    const isOvertaken = isNewest && (this.version?.number ?? 0) < this.#stored;
    if (this.#storing === 0 && !isOvertaken) this.#order = null;
  }

  /** The page that was written is found again where it was written, and one that came whole, too
   * fast to be seen as a draft, is gone to by those who follow. */
  #settleDraft(found: ArtifactVersion): void {
    if (this.#source?.draft) return;
    if (this.#chosen !== DRAFT_KEY && !this.#isFollowedTo(found)) return;
    const known = new Set(this.#version?.pages.map((page) => page.id));
    const made = found.pages.findLast((page) => !known.has(page.id));
    if (made) this.#choose(made.id, made.position - 1);
  }

  #isFollowedTo(found: ArtifactVersion): boolean {
    const shown = this.#version;
    const isNext = shown !== null && found.number > shown.number;
    return this.#isFollowing && isNext && found.author !== "person";
  }

  /** A deck that has been written lies there from its beginning, for those who followed it. */
  #turnToFirst(): void {
    if (!this.#isFollowing) return;
    this.#isFollowing = false;
    this.#choose(this.slides[0]?.key ?? null, 0);
  }

  #followDraft(draft: PageDraft): void {
    this.#lastDraft = draft;
    if (!this.#isFollowing) return;
    const place = this.slides.findIndex((slide) => slide.state === "writing");
    this.#choose(this.slides[place]?.key ?? DRAFT_KEY, place);
  }

  #choose(key: string | null, place: number): void {
    this.#chosen = key;
    this.#lastPlace = Math.max(0, place);
  }

  /** Stores another order; returns the version it was made on, or null when it was refused. */
  async #arrange(order: readonly string[]): Promise<number | null> {
    this.#order = order;
    let base = 0;
    const number = await this.#store((on) => {
      base = on;
      return { base, order };
    });
    return number === null ? null : base;
  }

  /** Stores a change after those before it; returns its version, or null when it was refused. */
  #store(edit: (base: number) => DeckEdit): Promise<number | null> {
    const artifact = this.#source?.artifact;
    const shown = this.version?.number;
    if (artifact === undefined || shown === undefined) return Promise.resolve(null);
    const base = (): number => Math.max(shown, this.#stored);
    return this.#inTurn(artifact, () => storeDeckEdit(artifact, edit(base())));
  }

  async #undo(base: number, made: number, page: string, place: number): Promise<void> {
    const artifact = this.#source?.artifact;
    const newest = this.#source?.newest ?? 0;
    if (artifact === undefined || newest > made || this.#stored !== made) {
      return this.#hooks.tell("The deck has changed since; restore a version from Versions instead.");
    }
    this.#choose(page, place);
    await this.#inTurn(artifact, () => restoreDeck(artifact, base));
  }

  async #inTurn(artifact: string, store: () => Promise<number>): Promise<number | null> {
    this.#storing += 1;
    const storing = this.#queue.then(async () => {
      const number = await store();
      // Known before the next change begins, which builds on it.
      if (artifact === this.#source?.artifact) this.#stored = number;
      return number;
    });
    this.#queue = storing.catch(() => undefined);
    try {
      const number = await storing.finally(() => (this.#storing -= 1));
      await this.#hooks.onStored(artifact, number);
      return number;
    } catch (error) {
      if (!(error instanceof http.HttpError)) throw error;
      this.#hooks.tell(error.message);
      this.#settleOrder();
      return null;
    }
  }
}
