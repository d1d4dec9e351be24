/** Who may see an artifact: what is published of it, and changing that. */
import type { Audience } from "../domain/publication";
import type { Publication } from "../protocol/publications";
import { HttpError } from "../transport/http";
import * as api from "../transport/publications";

export class Publishing {
  readonly artifact: string;
  publication = $state.raw<Publication | null>(null);
  isReady = $state(false);
  isBusy = $state(false);
  problem = $state<string | null>(null);

  constructor(artifact: string) {
    this.artifact = artifact;
  }

  async load(): Promise<void> {
    await this.#try(async () => {
      this.publication = await api.findPublication(this.artifact);
      this.isReady = true;
    });
  }

  /** Lets `audience` see `version` from now on. */
  async share(version: number, audience: Audience): Promise<void> {
    await this.#try(async () => {
      const { publication } = this;
      if (audience === "private") {
        if (publication) await api.unpublish(publication.slug);
        this.publication = null;
      } else if (publication?.version === version) {
        this.publication = await api.changeVisibility(publication.slug, audience);
      } else {
        this.publication = await api.publish(this.artifact, version, audience);
      }
    });
  }

  async #try(action: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.problem = null;
    try {
      await action();
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      this.problem = error.message;
    } finally {
      this.isBusy = false;
    }
  }
}
