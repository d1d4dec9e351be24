/** The samples behind the charts of one worker: asked once for each span, then continued live. */
import { joinSamples, SPANS } from "../domain/series";
import type { Sample, Span } from "../protocol/workers";
import { getHistory } from "../transport/workers-http";

export class History {
  span = $state<Span>("hour");
  problem = $state("");
  isLoading = $state(true);
  #past = $state.raw<readonly Sample[]>([]);
  readonly #worker: string;
  readonly #live: () => readonly Sample[];

  constructor(worker: string, live: () => readonly Sample[]) {
    this.#worker = worker;
    this.#live = live;
  }

  /** Past and present of the span; the week has no seconds. */
  get samples(): readonly Sample[] {
    if (this.span === "week") return this.#past;
    const joined = joinSamples(this.#past, this.#live());
    const begin = (joined.at(-1)?.t ?? 0) - SPANS.hour.seconds;
    return joined.filter((sample) => sample.t >= begin);
  }

  async show(span: Span): Promise<void> {
    this.span = span;
    this.isLoading = true;
    this.problem = "";
    try {
      const past = await getHistory(this.#worker, span);
      if (this.span === span) this.#past = past;
    } catch (error) {
      if (this.span === span) this.#past = [];
      this.problem = error instanceof Error ? error.message : "The history cannot be read.";
    } finally {
      this.isLoading = false;
    }
  }
}
