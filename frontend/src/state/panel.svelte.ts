/** The artifact panel: which version of which artifact it shows, and its source. */
import type { ArtifactKind, ArtifactPart } from "../protocol/events.gen";
import * as http from "../transport/http";
import type { ConversationState } from "./conversation.svelte";
import { tabMemory } from "./storage";

export type PanelTab = "preview" | "code";

/** What the panel shows: a draft that grows (`version` null), or a finished version. */
export interface Exhibit {
  readonly artifact: string;
  readonly kind: ArtifactKind;
  readonly title: string;
  readonly version: number | null;
  readonly content: string;
  /** Whether the draft grows now; a draft that does not was left unfinished. */
  readonly isWriting: boolean;
}

export class ArtifactPanel {
  tab = $state<PanelTab>("preview");
  loadError = $state<string | null>(null);
  #conversation = $state.raw<ConversationState | null>(null);
  #artifact = $state<string | null>(null);
  /** Null: the draft in `#message` if there is one, else the newest version. */
  #version = $state<number | null>(null);
  #message = $state<string | null>(null);
  #loaded = $state.raw<Exhibit | null>(null);
  #dismissed = new Set<string>();

  readonly isOpen: boolean = $derived(this.#artifact !== null);

  /** The draft that is chosen: a part that has no version yet. */
  readonly draft: ArtifactPart | null = $derived.by(() => {
    if (this.#version !== null || this.#message === null) return null;
    const part = this.#conversation
      ?.partsOf(this.#message)
      .findLast(
        (one) => one.kind === "artifact" && one.artifact === this.#artifact && one.version === null,
      );
    return part?.kind === "artifact" ? part : null;
  });

  readonly isWriting: boolean = $derived.by(() => {
    const turn = this.#conversation?.running?.view.turn;
    if (!this.draft || turn === undefined) return false;
    return this.#conversation?.findMessageOf(turn) === this.#message;
  });

  /** Numbers of the versions there are, oldest first. */
  readonly versions: readonly number[] = $derived(
    (this.#conversation?.artifacts.get(this.#artifact ?? "")?.versions ?? [])
      .map((version) => version.number)
      .toSorted((a, b) => a - b),
  );

  /** The version that is asked for: the chosen one, else the newest. */
  readonly wanted: number | null = $derived(
    this.draft ? null : (this.#version ?? this.versions.at(-1) ?? null),
  );

  /** What can be shown now; null while a version is on its way. */
  readonly exhibit: Exhibit | null = $derived.by(() => {
    const { draft } = this;
    if (draft) {
      return {
        artifact: draft.artifact,
        kind: draft.artifact_kind,
        title: draft.title,
        version: null,
        content: draft.content,
        isWriting: this.isWriting,
      };
    }
    const loaded = this.#loaded;
    return loaded?.artifact === this.#artifact && loaded.version === this.wanted ? loaded : null;
  });

  readonly title: string = $derived(
    this.exhibit?.title ??
      this.#conversation?.artifacts.get(this.#artifact ?? "")?.title ??
      this.#loaded?.title ??
      "",
  );

  /** Whether the panel shows this part of this message. */
  shows(part: ArtifactPart, message: string): boolean {
    if (this.#artifact !== part.artifact || this.wanted !== part.version) return false;
    return part.version !== null || this.#message === message;
  }

  /** Turns to another conversation; what was open there in this tab opens again. */
  attach(conversation: ConversationState): void {
    this.#conversation = conversation;
    this.#artifact = null;
    this.#version = null;
    this.#message = null;
    this.#loaded = null;
    this.#dismissed.clear();
    const stored = conversation.id === null ? null : tabMemory.get(`panel:${conversation.id}`);
    const [artifact, message] = stored?.split(" ") ?? [];
    if (artifact !== undefined) this.open(artifact, null, message ?? null);
  }

  /** Opens an artifact: at a version, or at the draft in `message`, or at what is newest. */
  open(artifact: string, version: number | null = null, message: string | null = null): void {
    if (this.#artifact !== artifact) this.tab = "preview";
    this.#artifact = artifact;
    this.#version = version;
    this.#message = message;
    this.#dismissed.delete(artifact);
    this.#remember();
  }

  /** Opens an artifact that is being written, unless the person has closed it before. */
  follow(artifact: string, message: string | null): void {
    if (!this.#dismissed.has(artifact)) this.open(artifact, null, message);
  }

  /** Shows another version of the same artifact; the newest one stays "the newest". */
  choose(version: number): void {
    this.#version = version === this.versions.at(-1) ? null : version;
    this.#message = null;
    this.#remember();
  }

  close(): void {
    if (this.#artifact !== null) this.#dismissed.add(this.#artifact);
    this.#artifact = null;
    this.#remember();
  }

  /** Fetches the wanted version; to be called whenever `wanted` or the artifact changed. */
  async load(): Promise<void> {
    const artifact = this.#artifact;
    const version = this.wanted;
    this.loadError = null;
    if (artifact === null || version === null || this.exhibit) return;
    try {
      const found = await http.getArtifactVersion(artifact, version);
      if (artifact !== this.#artifact || version !== this.wanted) return;
      const { kind, title } = found;
      const content = found.document ?? found.content ?? "";
      this.#loaded = { artifact, kind, title, version, content, isWriting: false };
    } catch (error) {
      if (!(error instanceof http.HttpError)) throw error;
      const isWanted = artifact === this.#artifact && version === this.wanted;
      if (isWanted) this.loadError = error.message;
    }
  }

  /** Address of the shown version as a file; null while a draft is shown. */
  get downloadPath(): string | null {
    if (this.#artifact === null || this.wanted === null) return null;
    return http.downloadPath(this.#artifact, this.wanted);
  }

  /** With the message: an unfinished draft is found by it again. */
  #remember(): void {
    const id = this.#conversation?.id ?? null;
    if (id === null) return;
    const open = this.#artifact === null ? [] : [this.#artifact, this.#message ?? ""];
    tabMemory.set(`panel:${id}`, open.join(" ").trim());
  }
}
