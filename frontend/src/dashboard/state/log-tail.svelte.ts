/** The tail of one worker's log; followed while somebody wants it. */
import { filterLines, type LogLine } from "../domain/log-lines";
import { getLog } from "../transport/workers-http";

const FOLLOW_MS = 2_000;

export class LogTail {
  filter = $state("");
  isFollowed = $state(true);
  problem = $state("");
  #lines = $state.raw<readonly string[] | null>(null);
  readonly #worker: string;

  constructor(worker: string) {
    this.#worker = worker;
  }

  get isKnown(): boolean {
    return this.#lines !== null;
  }

  get count(): number {
    return this.#lines?.length ?? 0;
  }

  get shown(): readonly LogLine[] {
    return filterLines(this.#lines ?? [], this.filter);
  }

  /** Reads now and, while followed, again and again; returns how to end that. */
  follow(): () => void {
    void this.load();
    const timer = setInterval(() => {
      if (this.isFollowed && document.visibilityState === "visible") void this.load();
    }, FOLLOW_MS);
    return () => clearInterval(timer);
  }

  async load(): Promise<void> {
    try {
      this.#lines = await getLog(this.#worker);
      this.problem = "";
    } catch (error) {
      this.problem = error instanceof Error ? error.message : "The log cannot be read.";
    }
  }
}
