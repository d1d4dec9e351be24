/** What a person has changed in sources and not saved yet. Kept by artifact for as long as the page
 * lives, so that looking at another chat loses nothing. */
import { SvelteMap } from "svelte/reactivity";
import * as http from "../transport/http";

/** A changed source. `original` is that of version `base`, on which it was begun. */
export interface SourceEdit {
  readonly base: number;
  readonly original: string;
  readonly text: string;
}

/** The same lines were changed by somebody else meanwhile: both texts, and the newer version. */
export interface Conflict {
  readonly artifact: string;
  readonly mine: string;
  readonly theirs: string;
  readonly newest: number;
}

export type SaveResult =
  | { readonly state: "stored"; readonly number: number }
  | { readonly state: "conflict" }
  | { readonly state: "failed"; readonly message: string };

/** The text with the line breaks of the original: an editor writes `\n` only. */
export function withLineBreaks(text: string, original: string): string {
  if (!original.includes("\r\n") || text.includes("\r")) return text;
  return text.replaceAll("\n", "\r\n");
}

export class SourceEdits {
  isSaving = $state(false);
  readonly #edits = new SvelteMap<string, SourceEdit>();

  find(artifact: string): SourceEdit | null {
    return this.#edits.get(artifact) ?? null;
  }

  isDirty(artifact: string): boolean {
    return this.#edits.has(artifact);
  }

  /** Whether anything is not saved. */
  get hasAny(): boolean {
    return this.#edits.size > 0;
  }

  /** Takes what the person has written in the source of version `base`. */
  note(artifact: string, base: number, original: string, text: string): void {
    const known = this.#edits.get(artifact) ?? { base, original };
    const whole = withLineBreaks(text, known.original);
    if (whole === known.original) this.#edits.delete(artifact);
    else this.#edits.set(artifact, { ...known, text: whole });
  }

  discard(artifact: string): void {
    this.#edits.delete(artifact);
  }

  /** Stores the changes as a version, of version `over` or else of that they were begun on. They go
   * when `arrive` has shown that version; what is written meanwhile stays unsaved. */
  async save(
    artifact: string,
    over: number | null = null,
    arrive: (number: number) => Promise<void> = async () => undefined,
  ): Promise<SaveResult> {
    const edit = this.#edits.get(artifact);
    if (!edit || this.isSaving) return { state: "failed", message: "There is nothing to save." };
    this.isSaving = true;
    try {
      const number = await http.storeContent(artifact, over ?? edit.base, edit.text);
      await arrive(number);
      this.#settle(artifact, edit, number);
      return { state: "stored", number };
    } catch (error) {
      if (!(error instanceof http.HttpError)) throw error;
      if (error.code === "edit_conflict") return { state: "conflict" };
      return { state: "failed", message: error.message };
    } finally {
      this.isSaving = false;
    }
  }

  #settle(artifact: string, saved: SourceEdit, number: number): void {
    const now = this.#edits.get(artifact);
    if (!now || now.text === saved.text) this.#edits.delete(artifact);
    else this.#edits.set(artifact, { base: number, original: saved.text, text: now.text });
  }
}
