/** What people of this server have published for everybody. */
import type { PublishedThing } from "../protocol/publications";
import * as http from "../transport/http";
import { listPublished } from "../transport/publications";

export class Gallery {
  /** Null until it was fetched. */
  things = $state.raw<readonly PublishedThing[] | null>(null);
  problem = $state<string | null>(null);

  async load(): Promise<void> {
    this.problem = null;
    try {
      this.things = await listPublished();
    } catch (error) {
      if (!(error instanceof http.HttpError)) throw error;
      this.problem = error.message;
    }
  }
}
