/** The browser's address bar, which names the open conversation. */
import { onNextFrame } from "./frame-loop";
import { goTo, onAddressChange } from "./router";

/** For a new address the browser draws its own bar anew and reads the page's icon again, in time
 * that the first words of an answer need. So long the address waits for them. */
const PATIENCE_MS = 400;

export class AddressBar {
  #coming: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isHurried = false;

  /** `onChange` is told when the person goes back or forth. */
  constructor(onChange: (id: string | null) => void) {
    onAddressChange((id) => {
      this.#takeComing();
      onChange(id);
    });
  }

  /** Names this conversation from now on. */
  show(id: string | null): void {
    const before = this.#takeComing();
    if (before !== null) goTo(before);
    goTo(id);
  }

  /** Names a new conversation when its first words show, or in a moment, or before the next one. */
  showSoon(id: string): void {
    this.#takeComing();
    this.#coming = id;
    this.#timer = setTimeout(() => this.#showComing(), PATIENCE_MS);
  }

  /** There are words: what waited for them is named once they have been painted. */
  hurry(): void {
    if (this.#coming === null || this.#isHurried) return;
    this.#isHurried = true;
    onNextFrame(() => setTimeout(() => this.#showComing()));
  }

  #showComing(): void {
    const id = this.#takeComing();
    if (id !== null) goTo(id);
  }

  #takeComing(): string | null {
    const id = this.#coming;
    clearTimeout(this.#timer);
    this.#coming = null;
    this.#isHurried = false;
    return id;
  }
}
