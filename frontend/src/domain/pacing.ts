/** Text pacing: how much of the text that arrived is shown now, so that bursts read as a flow.
 *
 * Reveals a little faster than text arrives and is never more than MAX_LAG_MS behind.
 */

const MAX_LAG_MS = 400;
/** A backlog is worked off within this time even when the measured rate is lower. */
const DRAIN_MS = 120;
const FRAME_MS = 16;
const SPEED_UP = 1.1;
/** Time constant of the arrival rate's exponential average. */
const RATE_MEMORY_MS = 1000;

/** Decides, frame by frame, how many characters of a growing text are visible. */
export class Pacer {
  #length = 0;
  #shown = 0;
  #charactersPerMs = 0;
  #arrivedAt = 0;
  #steppedAt = 0;

  /** Begins with a text of which everything is already visible. */
  reset(length: number, now: number): void {
    this.#length = length;
    this.#shown = length;
    this.#charactersPerMs = 0;
    this.#arrivedAt = now;
    this.#steppedAt = now;
  }

  /** Takes note that the text is now `length` characters long. */
  arrive(length: number, now: number): void {
    const grown = length - this.#length;
    if (grown <= 0) return;
    // After a pause the flow starts with the frame that comes, not with all of it at once.
    if (this.#shown === this.#length) this.#steppedAt = now - FRAME_MS;
    const elapsed = Math.max(1, now - this.#arrivedAt);
    const weight = 1 - Math.exp(-elapsed / RATE_MEMORY_MS);
    this.#charactersPerMs += (grown / elapsed - this.#charactersPerMs) * weight;
    this.#length = length;
    this.#arrivedAt = now;
  }

  /** Moves on to `now` and returns how many characters are visible. */
  step(now: number): number {
    const elapsed = Math.max(0, now - this.#steppedAt);
    this.#steppedAt = now;
    const backlog = this.#length - this.#shown;
    if (elapsed >= MAX_LAG_MS) return this.flush();
    const rate = Math.max(this.#charactersPerMs * SPEED_UP, backlog / DRAIN_MS);
    this.#shown = Math.min(this.#length, this.#shown + Math.ceil(rate * elapsed));
    return this.#shown;
  }

  /** Shows everything. */
  flush(): number {
    this.#shown = this.#length;
    return this.#shown;
  }
}
