/** What a person does with the open artifact: saving, restoring, undoing; each tells how it went. */
import type { ArtifactPanel } from "./panel.svelte";
import type { Conflict } from "./source-edits.svelte";
import { HttpError } from "../transport/http";
import type { Toasts } from "./toasts.svelte";

export class PanelActions {
  conflict = $state.raw<Conflict | null>(null);
  isRestoring = $state(false);
  readonly #panel: ArtifactPanel;
  readonly #toasts: Toasts;

  constructor(panel: ArtifactPanel, toasts: Toasts) {
    this.#panel = panel;
    this.#toasts = toasts;
  }

  /** Stores the person's changes; over the newest version if `isMine`, else merged with what others
   * changed. Returns whether they are stored. */
  async save(isMine = false): Promise<boolean> {
    const panel = this.#panel;
    const { artifact } = panel;
    if (artifact === null || !panel.edits.isDirty(artifact)) return false;
    const over = isMine ? (this.conflict?.newest ?? null) : null;
    const result = await panel.edits.save(artifact, over, async (number) => {
      if (artifact === panel.artifact) await panel.stored(number);
    });
    if (result.state === "conflict") await this.#showConflict(artifact);
    if (result.state === "failed") this.#toasts.show(result.message);
    if (result.state !== "stored") return false;
    this.conflict = null;
    return true;
  }

  /** Leaves the person's changes for the version that is newest. */
  takeTheirs(): void {
    const { conflict } = this;
    this.conflict = null;
    if (!conflict) return;
    this.#panel.edits.discard(conflict.artifact);
    if (conflict.artifact === this.#panel.artifact) this.#panel.showVersion(conflict.newest);
  }

  /** Makes an older version the newest again, after asking for unsaved changes. */
  restore(number: number): void {
    this.#panel.guard(() => void this.#restore(number, `Version ${number} is back.`));
  }

  /** Takes the latest answer's or the person's latest change back; that can be undone as well. */
  undo(): void {
    const target = this.#panel.undoTarget;
    if (!target) return;
    const text = `Undone: version ${target.number} is back.`;
    this.#panel.guard(() => void this.#restore(target.number, text));
  }

  async #restore(number: number, text: string): Promise<void> {
    const before = this.#panel.newest;
    if (this.isRestoring) return;
    this.isRestoring = true;
    try {
      await this.#panel.restore(number);
      const again = (): void => void this.#restore(before ?? number, `Version ${before} is back.`);
      this.#toasts.show(text, { label: "Undo", run: again });
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      this.#toasts.show(error.message);
    } finally {
      this.isRestoring = false;
    }
  }

  async #showConflict(artifact: string): Promise<void> {
    const panel = this.#panel;
    try {
      const newest = await panel.fetchNewest();
      const edit = panel.edits.find(artifact);
      if (!newest || !edit || newest.version === null) return;
      const { version, content } = newest;
      this.conflict = { artifact, mine: edit.text, theirs: content, newest: version };
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      this.#toasts.show(error.message);
    }
  }
}
