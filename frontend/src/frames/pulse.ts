/** Tells whether the shell still beats. Pure: it is told the time. */

const SILENT_MS = 5_000;

export class Pulse {
  #heardAt: number | null = null;

  /** Starts to expect beats. */
  start(now: number): void {
    this.#heardAt = now;
  }

  beat(now: number): void {
    this.#heardAt = now;
  }

  /** Passes over a time in which the page was hidden and timers stood still. */
  skip(now: number): void {
    if (this.#heardAt !== null) this.#heardAt = now;
  }

  /** Expects nothing: no frame is there. */
  pause(): void {
    this.#heardAt = null;
  }

  isFrozen(now: number): boolean {
    return this.#heardAt !== null && now - this.#heardAt > SILENT_MS;
  }
}
