/** Whether a thread follows its end. Only what the reader does detaches it; text that grows, a
 * region that opens and the page's own scrolling never do. Pure: it is told numbers. */

export interface ScrollMetrics {
  readonly top: number;
  readonly viewport: number;
  readonly height: number;
}

/** Hysteresis in px: the way back shows beyond the first, and the end is reached within the second. */
const FAR = 200;
const NEAR = 48;
/** How long a wheel, touch or key press explains the scrolling after it. */
const INTENT_MS = 700;

export class ScrollController {
  #isPinned = true;
  #isFar = false;
  #top = 0;
  #intentUntil = Number.NEGATIVE_INFINITY;

  /** Whether growing content should keep the end in view. */
  get isPinned(): boolean {
    return this.#isPinned;
  }

  /** Whether a button back to the end is worth showing. */
  get isFar(): boolean {
    return this.#isFar;
  }

  /** The reader moved up with wheel, finger or key. */
  moveUp(now: number): void {
    this.#intentUntil = now + INTENT_MS;
  }

  /** The reader may be moving either way: a scroll bar, a finger. */
  touch(now: number): void {
    this.#intentUntil = now + INTENT_MS;
  }

  /** The thread scrolled, for whatever reason. */
  scrolled(metrics: ScrollMetrics, now: number): void {
    const distance = metrics.height - metrics.viewport - metrics.top;
    const wentUp = metrics.top < this.#top - 1;
    this.#top = metrics.top;
    if (wentUp && now <= this.#intentUntil && distance > 1) this.#isPinned = false;
    else if (distance <= NEAR && !wentUp) this.#isPinned = true;
    this.#measure(distance);
  }

  /** The content changed its size; returns whether the end should be scrolled into view. */
  grew(metrics: ScrollMetrics): boolean {
    if (!this.#isPinned) this.#measure(metrics.height - metrics.viewport - metrics.top);
    return this.#isPinned;
  }

  /** The reader sent a message or asked for the end. */
  pin(): void {
    this.#isPinned = true;
    this.#isFar = false;
  }

  #measure(distance: number): void {
    if (this.#isPinned || distance < NEAR) this.#isFar = false;
    else if (distance > FAR) this.#isFar = true;
  }
}
