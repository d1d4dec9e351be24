/** The scroll controller on a real element: listens to the reader, follows what grows. */
import type { Attachment } from "svelte/attachments";
import { ScrollController } from "../../domain/scroll";

const UP_KEYS: ReadonlySet<string> = new Set(["ArrowUp", "PageUp", "Home"]);

export class ThreadScroll {
  isFar = $state(false);
  readonly #controller = new ScrollController();
  #scroller: HTMLElement | null = null;

  /** For the element that scrolls. */
  readonly attach: Attachment<HTMLElement> = (scroller) => {
    this.#scroller = scroller;
    const listening = new AbortController();
    const options = { signal: listening.signal, passive: true };
    const now = (): number => performance.now();
    scroller.addEventListener(
      "wheel",
      (event) => event.deltaY < 0 && this.#controller.moveUp(now()),
      options,
    );
    scroller.addEventListener("touchmove", () => this.#controller.touch(now()), options);
    scroller.addEventListener(
      "pointermove",
      (event) => event.buttons > 0 && this.#controller.touch(now()),
      options,
    );
    // A press on the scroller itself, not on its content, is a press on its scroll bar.
    scroller.addEventListener(
      "pointerdown",
      (event) => event.target === scroller && this.#controller.touch(now()),
      options,
    );
    scroller.addEventListener(
      "keydown",
      (event) => UP_KEYS.has(event.key) && this.#controller.moveUp(now()),
      options,
    );
    scroller.addEventListener("scroll", () => this.#scrolled(scroller), options);
    this.toEnd();
    return () => {
      listening.abort();
      this.#scroller = null;
      this.isFar = false;
    };
  };

  /** For the content, whose size is what changes. */
  readonly watch: Attachment<HTMLElement> = (content) => {
    const observer = new ResizeObserver(() => this.#grew());
    observer.observe(content);
    return () => observer.disconnect();
  };

  /** Shows the end, and follows it from now on. */
  toEnd(): void {
    this.#controller.pin();
    this.#follow();
    this.#show();
  }

  #scrolled(scroller: HTMLElement): void {
    this.#controller.scrolled(this.#measure(scroller), performance.now());
    this.#show();
  }

  #grew(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    if (this.#controller.grew(this.#measure(scroller))) this.#follow();
    this.#show();
  }

  #follow(): void {
    const scroller = this.#scroller;
    if (scroller) scroller.scrollTop = scroller.scrollHeight;
  }

  #show(): void {
    this.isFar = this.#controller.isFar;
    this.#scroller?.classList.toggle("pinned", this.#controller.isPinned);
  }

  #measure(scroller: HTMLElement): { top: number; viewport: number; height: number } {
    return {
      top: scroller.scrollTop,
      viewport: scroller.clientHeight,
      height: scroller.scrollHeight,
    };
  }
}
