/** The named looks of decks, fetched once when they are first wanted. */
import type { Theme } from "../protocol/resources";
import { listThemes } from "../transport/decks";
import { HttpError } from "../transport/http";

export class Themes {
  list = $state.raw<readonly Theme[]>([]);
  problem = $state<string | null>(null);

  async load(): Promise<void> {
    if (this.list.length > 0) return;
    this.problem = null;
    try {
      this.list = await listThemes();
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      this.problem = error.message;
    }
  }
}
