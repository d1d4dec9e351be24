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
}

export class ArtifactPanel {
  tab = $state<PanelTab>("preview");
  loadError = $state<string | null>(null);
  #conversation = $state.raw<ConversationState | null>(null);
  #artifact = $state<string | null>(null);
  /** Null: the draft while one is written, else the newest version. */
  #version = $state<number | null>(null);
  #loaded = $state.raw<Exhibit | null>(null);
  #dismissed = new Set<string>();

  readonly isOpen: boolean = $derived(this.#artifact !== null);

  /** The part of a running turn that writes the artifact now. */
  readonly draft: ArtifactPart | null = $derived.by(() => {
    const parts = this.#conversation?.running?.view.parts ?? [];
    const part = parts.findLast(
      (one) => one.kind === "artifact" && one.artifact === this.#artifact && one.version === null,
    );
    return part?.kind === "artifact" && this.#version === null ? part : null;
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

  /** Whether the panel shows this artifact. */
  shows(artifact: string): boolean {
    return this.#artifact === artifact;
  }

  /** Turns to another conversation; what was open there in this tab opens again. */
  attach(conversation: ConversationState): void {
    this.#conversation = conversation;
    this.#artifact = null;
    this.#version = null;
    this.#loaded = null;
    this.#dismissed.clear();
    const stored = conversation.id === null ? null : tabMemory.get(`panel:${conversation.id}`);
    if (stored !== null) this.open(stored);
  }

  /** Opens an artifact, at a version or (null) at what is newest. */
  open(artifact: string, version: number | null = null): void {
    if (this.#artifact !== artifact) this.tab = "preview";
    this.#artifact = artifact;
    this.#version = version;
    this.#dismissed.delete(artifact);
    this.#remember();
  }

  /** Opens an artifact that is being written, unless the person has closed it before. */
  follow(artifact: string): void {
    if (!this.#dismissed.has(artifact)) this.open(artifact);
  }

  /** Shows another version of the same artifact; the newest one stays "the newest". */
  choose(version: number): void {
    this.#version = version === this.versions.at(-1) ? null : version;
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
    if (artifact === null || version === null || this.exhibit) return;
    this.loadError = null;
    try {
      const found = await http.getArtifactVersion(artifact, version);
      if (artifact !== this.#artifact || version !== this.wanted) return;
      const { kind, title, content } = found;
      this.#loaded = { artifact, kind, title, version, content };
    } catch (error) {
      if (!(error instanceof http.HttpError)) throw error;
      if (artifact === this.#artifact) this.loadError = error.message;
    }
  }

  /** Address of the shown version as a file; null while a draft is shown. */
  get downloadPath(): string | null {
    if (this.#artifact === null || this.wanted === null) return null;
    return http.downloadPath(this.#artifact, this.wanted);
  }

  #remember(): void {
    const id = this.#conversation?.id ?? null;
    if (id !== null) tabMemory.set(`panel:${id}`, this.#artifact);
  }
}
