/** Tells the page which element is outlined and where it is. The page draws the outline over the
 * frame and takes the pointer there, so the made thing sees neither: nothing is added to it, and no
 * event reaches it. */
import type { Direction, HostMessage, ShellMessage } from "../messages";
import { describeElement } from "./element";

/** Kept before a made thing can put its own in their place. */
const { elementFromPoint, querySelector } = Document.prototype;
const nextFrame = requestAnimationFrame.bind(window);

const NOT_POINTED = "html, head, script, style, br";

function scrollsDown(element: Element): boolean {
  const { overflowY } = getComputedStyle(element);
  return element.scrollHeight > element.clientHeight + 1 && /auto|scroll/.test(overflowY);
}

function neighborOf(element: Element, direction: Direction): Element | null {
  switch (direction) {
    case "up":
      return element.parentElement;
    case "down":
      return element.firstElementChild;
    case "left":
      return element.previousElementSibling;
    case "right":
      return element.nextElementSibling;
  }
}

type OutlineMessage = Extract<
  HostMessage,
  { type: "point" | "walk" | "choose" | "mark" | "scroll" | "unmark" }
>;

export class Outline {
  readonly #tell: (message: ShellMessage) => void;
  #element: Element | null = null;
  #told = "";
  #isFollowing = false;

  constructor(tell: (message: ShellMessage) => void) {
    this.#tell = tell;
  }

  receive(message: OutlineMessage): void {
    switch (message.type) {
      case "point":
        return this.#point(this.#at(message.x, message.y));
      case "walk":
        return this.#walk(message.direction);
      case "choose":
        return this.#choose();
      case "mark":
        return this.#mark(message.selector);
      case "scroll":
        return this.#scroll(message.x, message.y, message.by);
      case "unmark":
        this.#element = null;
    }
  }

  #at(x: number, y: number): Element | null {
    return elementFromPoint.call(document, x, y);
  }

  #point(element: Element | null): void {
    const found = element?.matches(NOT_POINTED) ? document.body : element;
    if (!found) return;
    this.#follow(found);
    this.#tell({ type: "pointed", element: describeElement(found) });
  }

  #walk(direction: Direction): void {
    const from = this.#element?.isConnected ? this.#element : null;
    let next = from ? neighborOf(from, direction) : document.body;
    while (next?.matches("script, style, br")) next = neighborOf(next, direction);
    if (!next || next === document.documentElement) return;
    next.scrollIntoView({ block: "nearest" });
    this.#point(next);
  }

  #choose(): void {
    const element = this.#element;
    if (element?.isConnected) this.#tell({ type: "chosen", element: describeElement(element) });
  }

  #mark(selector: string): void {
    let found: Element | null = null;
    try {
      found = querySelector.call(document, selector);
    } catch {
      // Not a selector: then there is nothing to show.
    }
    if (!found) {
      this.#element = null;
      return this.#tell({ type: "outlined", rect: null });
    }
    found.scrollIntoView({ block: "center" });
    this.#follow(found);
  }

  #scroll(x: number, y: number, by: number): void {
    let box = this.#at(x, y);
    while (box && !scrollsDown(box)) box = box.parentElement;
    (box ?? document.scrollingElement)?.scrollBy(0, by);
  }

  #follow(element: Element): void {
    this.#element = element;
    this.#told = "";
    this.#tellRect();
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    nextFrame(() => this.#frame());
  }

  #frame(): void {
    if (this.#element) this.#tellRect();
    if (this.#element) nextFrame(() => this.#frame());
    else this.#isFollowing = false;
  }

  #tellRect(): void {
    const element = this.#element;
    if (!element?.isConnected) {
      this.#element = null;
      return this.#tell({ type: "outlined", rect: null });
    }
    const { x, y, width, height } = element.getBoundingClientRect();
    const told = [x, y, width, height].map(Math.round).join();
    if (told === this.#told) return;
    this.#told = told;
    this.#tell({ type: "outlined", rect: { x, y, width, height } });
  }
}
