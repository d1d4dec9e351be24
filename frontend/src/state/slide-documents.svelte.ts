/** The documents of a deck's pages, fetched once each: a page that did not change between two
 * versions of the same look is the same document. */
import { SvelteMap } from "svelte/reactivity";
import type { ArtifactVersion, DeckPage } from "../protocol/resources";
import * as http from "../transport/http";

/** A document may have megabytes, so only those near the one that shows are kept. */
const KEPT = 16;

/** Names the document of a page: its text in the deck's look. */
export function documentKey(version: ArtifactVersion, page: DeckPage): string {
  return `${page.id} ${page.sha256} ${JSON.stringify(version.attributes.theme ?? null)}`;
}

export class SlideDocuments {
  readonly #documents = new SvelteMap<string, string>();
  readonly #asked = new Map<string, Promise<void>>();

  /** The document, or null while it is not here. */
  find(version: ArtifactVersion, page: DeckPage): { key: string; html: string } | null {
    const key = documentKey(version, page);
    const html = this.#documents.get(key);
    return html === undefined ? null : { key, html };
  }

  /** Fetches a page's document unless it is here or on its way. Raises HttpError. */
  async fetch(version: ArtifactVersion, page: DeckPage): Promise<void> {
    const key = documentKey(version, page);
    if (this.#documents.has(key)) return;
    const asked = this.#asked.get(key) ?? this.#ask(key, version, page);
    this.#asked.set(key, asked);
    try {
      await asked;
    } finally {
      this.#asked.delete(key);
    }
  }

  async #ask(key: string, version: ArtifactVersion, page: DeckPage): Promise<void> {
    const found = await http.getPage(version.id, version.number, page.id);
    this.#documents.set(key, found.document);
    const [oldest] = this.#documents.keys();
    if (this.#documents.size > KEPT && oldest !== undefined) this.#documents.delete(oldest);
  }
}
