/** Full screen of the show. Leaving it ends the show, as Escape does; but a window that opens ends
 * full screen too, and a browser without it still shows the slides. */

const LEAVING_MS = 1_500;

export class FullScreen {
  readonly #element: HTMLElement;
  readonly #onLeft: () => void;
  readonly #onChange = (): void => this.#changed();
  #isEntered = false;
  #expectedUntil = 0;

  constructor(element: HTMLElement, onLeft: () => void) {
    this.#element = element;
    this.#onLeft = onLeft;
    document.addEventListener("fullscreenchange", this.#onChange);
  }

  async enter(): Promise<void> {
    try {
      await this.#element.requestFullscreen({ navigationUI: "hide" });
    } catch {
      // Not allowed or not there: the slides fill the window instead.
    }
  }

  async toggle(): Promise<void> {
    if (!document.fullscreenElement) return this.enter();
    this.expectLeaving();
    await document.exitFullscreen();
  }

  /** The next end of full screen is not the end of the show. */
  expectLeaving(): void {
    this.#expectedUntil = performance.now() + LEAVING_MS;
  }

  leave(): void {
    document.removeEventListener("fullscreenchange", this.#onChange);
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
  }

  #changed(): void {
    const wasEntered = this.#isEntered;
    this.#isEntered = document.fullscreenElement === this.#element;
    const isExpected = performance.now() < this.#expectedUntil;
    if (wasEntered && !this.#isEntered && !isExpected) this.#onLeft();
  }
}
