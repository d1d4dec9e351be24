/** Checks of versions that no answer made: asked for when a person's change is stored, and waited for
 * without anybody waiting. */
import type { CheckSummary } from "../protocol/events.gen";
import * as http from "../transport/http";

/** When the server is asked whether the check is done; a busy one may take long. */
const LOOK_AFTER_MS = [700, 1_500, 3_000, 6_000, 12_000];

type Pause = (ms: number) => Promise<void>;

interface OwnCheck {
  readonly key: string;
  /** Null while it is going on. */
  readonly check: CheckSummary | null;
}

function keyOf(artifact: string | null, version: number | null): string {
  return `${artifact} ${version}`;
}

export class OwnChecks {
  #latest = $state.raw<OwnCheck | null>(null);
  readonly #pause: Pause;

  constructor(pause: Pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))) {
    this.#pause = pause;
  }

  /** What the check of a version said, if it was asked for here and is done. */
  find(artifact: string | null, version: number | null): CheckSummary | null {
    return this.#latest?.key === keyOf(artifact, version) ? this.#latest.check : null;
  }

  isRunning(artifact: string | null, version: number | null): boolean {
    return this.#latest?.key === keyOf(artifact, version) && this.#latest.check === null;
  }

  /** Has a version checked; given up where nobody checks, or when a later one is asked for. */
  async request(artifact: string, version: number): Promise<void> {
    const key = keyOf(artifact, version);
    try {
      if (!(await http.requestCheck(artifact, version))) return;
      this.#latest = { key, check: null };
      for (const wait of LOOK_AFTER_MS) {
        await this.#pause(wait);
        if (this.#latest?.key !== key) return;
        const { check } = await http.getArtifactVersion(artifact, version);
        if (check && this.#latest?.key === key) {
          this.#latest = { key, check };
          return;
        }
      }
    } catch (error) {
      if (!(error instanceof http.HttpError)) throw error;
    }
    if (this.#latest?.key === key) this.#latest = null;
  }
}
