/** Fetches the markdown engine once; until it is there, answers show as plain text. */
export type Engine = typeof import("./engine");

class EngineLoader {
  engine = $state.raw<Engine | null>(null);
  #isAsked = false;

  load(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    import("./engine").then(
      (engine) => (this.engine = engine),
      () => (this.#isAsked = false),
    );
  }
}

export const markdown = new EngineLoader();
