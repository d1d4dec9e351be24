/** The artifact panel: which version of which artifact it shows, and how. */
import { doingWords, growsDraft } from "../domain/cards";
import { inOrder, undoTarget } from "../domain/versions";
import type { ArtifactKind, ArtifactPart, CheckSummary } from "../protocol/events.gen";
import type { VersionAttributes, VersionSummary } from "../protocol/resources";
import * as http from "../transport/http";
import { CheckReports } from "./check-reports.svelte";
import { OwnChecks } from "./own-checks.svelte";
import type { ConversationState } from "./conversation.svelte";
import { SourceEdits } from "./source-edits.svelte";
import { tabMemory } from "./storage";

export type PanelTab = "preview" | "code";

/** What the panel shows: a draft that grows (`version` null), or a finished version. */
export interface Exhibit {
  readonly artifact: string;
  readonly kind: ArtifactKind;
  readonly title: string;
  readonly version: number | null;
  /** The source; empty for a deck. */
  readonly content: string;
  /** What the frame loads; null when it is the source itself. */
  readonly document: string | null;
  readonly attributes: VersionAttributes;
  readonly check: CheckSummary | null;
  /** Whether the draft grows now; a draft that does not was left unfinished. */
  readonly isWriting: boolean;
}

/** Two versions beside each other. */
export interface Comparison {
  readonly before: number;
  readonly after: number;
}

export class ArtifactPanel {
  tab = $state<PanelTab>("preview");
  loadError = $state<string | null>(null);
  comparison = $state.raw<Comparison | null>(null);
  /** Whether the person chooses an element in the preview. */
  isPointing = $state(false);
  /** An element to outline in the preview; a new object outlines it anew. */
  marked = $state.raw<{ readonly selector: string; readonly page: string | null } | null>(null);
  /** What went wrong in the version that runs: how often, by its text. */
  errors = $state.raw<ReadonlyMap<string, number>>(new Map());
  /** What the person wants to do, and would lose changes by. */
  leaving = $state.raw<(() => void) | null>(null);
  readonly edits = new SourceEdits();
  readonly reports = new CheckReports();
  readonly #ownChecks = new OwnChecks();
  #conversation = $state.raw<ConversationState | null>(null);
  #artifact = $state<string | null>(null);
  /** Null: the draft in `#message` if there is one, else the newest version. */
  #version = $state<number | null>(null);
  #message = $state<string | null>(null);
  #loaded = $state.raw<Exhibit | null>(null);
  #dismissed = new Set<string>();

  readonly isOpen: boolean = $derived(this.#artifact !== null);

  /** The chosen part that has no version yet: a draft, or a change that is being made. */
  readonly pending: ArtifactPart | null = $derived.by(() => {
    if (this.#version !== null || this.#message === null) return null;
    const part = this.#conversation
      ?.partsOf(this.#message)
      .findLast((one) => one.kind === "artifact" && one.artifact === this.#artifact);
    return part?.kind === "artifact" && part.version === null ? part : null;
  });

  /** The draft that shows in the place of a version. A deck keeps its version; the page that is
   * being written shows in it. */
  readonly draft: ArtifactPart | null = $derived.by(() => {
    const { pending } = this;
    return pending && pending.artifact_kind !== "deck" && growsDraft(pending) ? pending : null;
  });

  readonly isWriting: boolean = $derived.by(() => {
    const turn = this.#conversation?.running?.view.turn;
    if (!this.pending || turn === undefined) return false;
    return this.#conversation?.findMessageOf(turn) === this.#message;
  });

  /** Whether the conversation is being answered. */
  readonly isRunning: boolean = $derived.by(() => this.#conversation?.running != null);

  /** The versions of the branch of the talk that shows, oldest first; all, where it has none. */
  readonly versions: readonly VersionSummary[] = $derived.by(() => {
    const all = this.#conversation?.artifacts.get(this.#artifact ?? "")?.versions ?? [];
    const shown = new Set(this.#conversation?.path.map((step) => step.message.id));
    const ofBranch = all.filter((version) => shown.has(version.message));
    return inOrder(ofBranch.length > 0 ? ofBranch : all);
  });

  readonly newest: number | null = $derived(this.versions.at(-1)?.number ?? null);

  /** The version that is asked for: the chosen one, else the newest. */
  readonly wanted: number | null = $derived(this.draft ? null : (this.#version ?? this.newest));

  /** Where an undo leads: to before the latest answer, or before the person's latest change. */
  readonly undoTarget: VersionSummary | null = $derived(undoTarget(this.versions));

  /** What can be shown now; null while a version is on its way. */
  readonly exhibit: Exhibit | null = $derived.by(() => {
    const { draft } = this;
    const loaded = this.#loaded?.artifact === this.#artifact ? this.#loaded : null;
    if (draft) return draftExhibit(draft, loaded?.attributes ?? {}, this.isWriting);
    return loaded?.version === this.wanted ? loaded : null;
  });

  readonly title: string = $derived(
    this.exhibit?.title ??
      this.#conversation?.artifacts.get(this.#artifact ?? "")?.title ??
      this.#loaded?.title ??
      "",
  );

  readonly kind: ArtifactKind | null = $derived(
    this.exhibit?.kind ??
      this.#conversation?.artifacts.get(this.#artifact ?? "")?.kind ??
      this.pending?.artifact_kind ??
      null,
  );

  /** What the check of the shown version said: as its answer tells it, else as it was stored. */
  readonly check: CheckSummary | null = $derived.by(() => {
    const summary = this.versions.find((version) => version.number === this.wanted);
    const part = this.#conversation
      ?.partsOf(summary?.message ?? "")
      .findLast((one) => one.kind === "artifact" && this.#isShownVersion(one));
    const told = part?.kind === "artifact" ? part.check : null;
    const own = this.#ownChecks.find(this.#artifact, this.wanted);
    return told ?? own ?? this.exhibit?.check ?? null;
  });

  readonly isChecking: boolean = $derived.by(() => {
    if (this.#ownChecks.isRunning(this.#artifact, this.wanted)) return true;
    const view = this.#conversation?.running?.view;
    const last = view?.parts.findLast((part) => part.kind === "artifact");
    if (view?.phase !== "checking" || last?.kind !== "artifact") return false;
    return this.#isShownVersion(last);
  });

  /** What is being done to the artifact now, in words; null when it rests. */
  readonly doing: string | null = $derived.by(() => {
    if (this.pending && this.isWriting) return doingWords(this.pending);
    return this.isChecking ? "Checking…" : null;
  });

  /** Id of the artifact that is open. */
  get artifact(): string | null {
    return this.#artifact;
  }

  /** Whether the person has changes of the shown artifact that are not saved. */
  get hasUnsaved(): boolean {
    return this.#artifact !== null && this.edits.isDirty(this.#artifact);
  }

  /** Whether the panel shows this version of this artifact, or its draft in this message. */
  shows(artifact: string, version: number | null, message: string): boolean {
    if (this.#artifact !== artifact || this.wanted !== version) return false;
    return version !== null || this.#message === message;
  }

  /** Turns to another conversation; what was open there in this tab opens again. */
  attach(conversation: ConversationState): void {
    this.#conversation = conversation;
    this.#artifact = null;
    this.#loaded = null;
    this.#turnTo(null, null);
    this.#dismissed.clear();
    const stored = conversation.id === null ? null : tabMemory.get(`panel:${conversation.id}`);
    const [artifact, message] = stored?.split(" ") ?? [];
    if (artifact !== undefined) this.#open(artifact, null, message ?? null);
  }

  /** Opens an artifact: at a version, or at the draft in `message`, or at what is newest. */
  open(artifact: string, version: number | null = null, message: string | null = null): void {
    this.guard(() => this.#open(artifact, version, message));
  }

  /** Opens an artifact that is being written, unless the person has closed it before or has changes
   * of another one that are not saved. */
  follow(artifact: string, message: string | null): void {
    if (this.#dismissed.has(artifact)) return;
    if (this.hasUnsaved && artifact !== this.#artifact) return;
    this.#open(artifact, null, message);
  }

  /** Shows another version of the same artifact; the newest one stays "the newest". */
  choose(version: number): void {
    this.guard(() => this.showVersion(version));
  }

  /** As `choose`, whatever is unsaved. */
  showVersion(version: number): void {
    this.#turnTo(version === this.newest ? null : version, null);
    this.#remember();
  }

  close(): void {
    this.guard(() => this.#close());
  }

  /** Does something that would lose unsaved changes, after asking if there are any. */
  guard(action: () => void): void {
    if (this.hasUnsaved) this.leaving = action;
    else action();
  }

  /** Puts two versions beside each other. */
  compare(before: number, after: number): void {
    this.comparison = { before, after };
  }

  /** Fetches the wanted version; to be called whenever `wanted` or the artifact changed. */
  async load(): Promise<void> {
    const artifact = this.#artifact;
    const version = this.wanted;
    this.loadError = null;
    if (artifact === null || version === null || this.exhibit) return;
    try {
      const exhibit = toExhibit(await http.getArtifactVersion(artifact, version));
      if (artifact === this.#artifact && version === this.wanted) this.#loaded = exhibit;
    } catch (error) {
      if (!(error instanceof http.HttpError)) throw error;
      const isWanted = artifact === this.#artifact && version === this.wanted;
      if (isWanted) this.loadError = error.message;
    }
  }

  /** A person's change was stored as this version: it is the newest, and shows at once. */
  async stored(number: number): Promise<void> {
    const artifact = this.#artifact;
    if (artifact === null) return;
    const exhibit = await fetchExhibit(artifact, number);
    const base = this.versions.at(-1);
    if (base) this.#conversation?.noteStored(artifact, number, base);
    if (artifact !== this.#artifact) return;
    if (exhibit) this.#loaded = exhibit;
    this.#turnTo(null, null);
    void this.#ownChecks.request(artifact, number);
  }

  /** Makes an older version the newest again. Raises HttpError. */
  async restore(number: number): Promise<void> {
    const artifact = this.#artifact;
    if (artifact === null) return;
    const made = await http.restoreVersion(artifact, number);
    if (artifact === this.#artifact) await this.stored(made);
  }

  /** What another version holds, to compare it. Raises HttpError. */
  async fetchVersion(number: number): Promise<Exhibit | null> {
    const artifact = this.#artifact;
    if (artifact === null) return null;
    return toExhibit(await http.getArtifactVersion(artifact, number));
  }

  /** What the newest version holds that the server knows of. Raises HttpError. */
  async fetchNewest(): Promise<Exhibit | null> {
    await this.#conversation?.refresh();
    return this.newest === null ? null : await this.fetchVersion(this.newest);
  }

  /** Address of the shown version as a file; null while a draft is shown, and for decks. */
  get downloadPath(): string | null {
    if (this.#artifact === null || this.wanted === null || this.kind === "deck") return null;
    return http.downloadPath(this.#artifact, this.wanted);
  }

  #isShownVersion(part: ArtifactPart): boolean {
    return part.artifact === this.#artifact && part.version === this.wanted;
  }

  #open(artifact: string, version: number | null, message: string | null): void {
    if (this.#artifact !== artifact) this.tab = "preview";
    this.#artifact = artifact;
    this.#turnTo(version === this.newest ? null : version, message);
    this.#dismissed.delete(artifact);
    this.#remember();
  }

  #close(): void {
    if (this.#artifact !== null) this.#dismissed.add(this.#artifact);
    this.#artifact = null;
    this.#turnTo(null, null);
    this.#remember();
  }

  /** What was being looked at in the version before is over. */
  #turnTo(version: number | null, message: string | null): void {
    this.#version = version;
    this.#message = message;
    this.comparison = null;
    this.isPointing = false;
    this.marked = null;
  }

  /** With the message: an unfinished draft is found by it again. */
  #remember(): void {
    const id = this.#conversation?.id ?? null;
    if (id === null) return;
    const open = this.#artifact === null ? [] : [this.#artifact, this.#message ?? ""];
    tabMemory.set(`panel:${id}`, open.join(" ").trim());
  }
}

/** A draft has the size and language of the version before it, until it is stored with its own; a new
 * poster says its size before its first word. */
function draftExhibit(
  draft: ArtifactPart,
  attributes: VersionAttributes,
  isWriting: boolean,
): Exhibit {
  return {
    artifact: draft.artifact,
    kind: draft.artifact_kind,
    title: draft.title,
    version: null,
    content: draft.content,
    document: null,
    attributes: draft.size ? { ...attributes, size: draft.size } : attributes,
    check: null,
    isWriting,
  };
}

/** Null when it could not be fetched: whoever wants it then asks again and hears why. */
async function fetchExhibit(artifact: string, number: number): Promise<Exhibit | null> {
  try {
    return toExhibit(await http.getArtifactVersion(artifact, number));
  } catch (error) {
    if (!(error instanceof http.HttpError)) throw error;
    return null;
  }
}

function toExhibit(found: Awaited<ReturnType<typeof http.getArtifactVersion>>): Exhibit {
  return {
    artifact: found.id,
    kind: found.kind,
    title: found.title,
    version: found.number,
    content: found.content ?? "",
    document: found.document,
    attributes: found.attributes,
    check: found.check,
    isWriting: false,
  };
}
