/** A published thing that somebody wants to go on with. Looking at it changes nothing; only the
 * button makes a chat. */
import type { PublishedThing } from "../protocol/publications";
import * as http from "../transport/http";
import { getPublished, remix } from "../transport/publications";
import { addressOf } from "./router";

export class Remix {
  readonly slug: string;
  thing = $state.raw<PublishedThing | null>(null);
  problem = $state<string | null>(null);
  isBusy = $state(false);

  constructor(slug: string) {
    this.slug = slug;
  }

  async load(): Promise<void> {
    await this.#try(async () => {
      // Makes the guest, who will own the chat.
      await http.getSession();
      this.thing = await getPublished(this.slug);
    });
  }

  /** Makes the chat and goes there. */
  async begin(): Promise<void> {
    await this.#try(async () => location.assign(addressOf(await remix(this.slug))));
  }

  async #try(action: () => Promise<void>): Promise<void> {
    this.isBusy = true;
    this.problem = null;
    try {
      await action();
    } catch (error) {
      if (!(error instanceof http.HttpError)) throw error;
      const isGone = error.status === 404;
      this.problem = isGone ? "This is not published any more, or the link is wrong." : error.message;
    } finally {
      this.isBusy = false;
    }
  }
}
