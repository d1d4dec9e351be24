/** The page's side of a deck: one sealed frame a slide, so that slides cannot reach each other. The
 * slides beside the one that shows are loaded behind it, and turning a page only changes which frame
 * can be seen. */
import type { FrameRect, ShellMessage } from "./messages";
import { safeLink } from "./messages";
import { PreviewFrame } from "./preview-frame";
import { Pulse } from "./pulse";

/** A slide to show; the same key means the same document. */
export interface SlideDocument {
  readonly key: string;
  readonly html: string;
}

export interface SlideEvents {
  /** This slide can be seen now. */
  readonly onShown?: (key: string) => void;
  readonly onLink?: (href: string) => void;
  readonly onFrozen?: (isFrozen: boolean) => void;
  /** Where the marked element is, in the slide's CSS pixels. */
  readonly onOutlined?: (rect: FrameRect | null) => void;
}

interface Loaded {
  readonly frame: PreviewFrame;
  isReady: boolean;
}

const CHECK_MS = 1_000;
const DRAFT_MS = 140;
/** A slide that never says `loaded` is shown all the same. */
const PATIENCE_MS = 4_000;
/** Key of the frame in which drafts are shown. */
export const DRAFT = "";

export class SlideHost {
  readonly #container: HTMLElement;
  readonly #origin: string;
  readonly #events: SlideEvents;
  readonly #pulse = new Pulse();
  readonly #frames = new Map<string, Loaded>();
  #wanted: string | null = null;
  #shown: string | null = null;
  #neighbors: readonly SlideDocument[] = [];
  #draft: string | null = null;
  #draftTimer: ReturnType<typeof setTimeout> | null = null;
  #patience: ReturnType<typeof setTimeout> | null = null;
  #checkTimer: ReturnType<typeof setInterval>;
  #isFrozen = false;

  constructor(container: HTMLElement, origin: string, events: SlideEvents = {}) {
    this.#container = container;
    this.#origin = origin;
    this.#events = events;
    this.#checkTimer = setInterval(() => this.#checkPulse(), CHECK_MS);
  }

  /** Shows a slide as soon as it stands, and then loads its neighbors. */
  show(slide: SlideDocument, neighbors: readonly SlideDocument[] = []): void {
    this.#forgetDraft();
    this.#neighbors = neighbors.filter((one) => one.key !== slide.key);
    this.#wanted = slide.key;
    const known = this.#frames.get(slide.key) ?? this.#load(slide);
    if (known.isReady) return this.#reveal(slide.key);
    if (this.#patience !== null) clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#reveal(slide.key), PATIENCE_MS);
  }

  /** Shows what has been written of a slide so far; nothing in it runs. */
  draft(html: string): void {
    this.#draft = html;
    this.#draftTimer ??= setTimeout(() => this.#sendDraft(), DRAFT_MS);
  }

  /** Finds the element that a selector leads to on the slide that shows; null finds none. */
  mark(selector: string | null): void {
    const shown = this.#shown === null ? undefined : this.#frames.get(this.#shown);
    shown?.frame.send(selector === null ? { type: "unmark" } : { type: "mark", selector });
    if (selector === null) this.#events.onOutlined?.(null);
  }

  /** Removes all that runs. */
  stop(): void {
    this.#forgetDraft();
    if (this.#patience !== null) clearTimeout(this.#patience);
    for (const { frame } of this.#frames.values()) frame.destroy();
    this.#frames.clear();
    this.#wanted = null;
    this.#shown = null;
    this.#pulse.pause();
    this.#setFrozen(false);
  }

  destroy(): void {
    this.stop();
    clearInterval(this.#checkTimer);
  }

  #load({ key, html }: SlideDocument): Loaded {
    const loaded = this.#addFrame(key);
    loaded.frame.send({ type: "load", kind: "html", content: html });
    return loaded;
  }

  #addFrame(key: string): Loaded {
    const frame = new PreviewFrame(this.#origin, (message) => this.#received(key, message));
    const loaded: Loaded = { frame, isReady: false };
    this.#frames.set(key, loaded);
    hide(frame);
    this.#container.append(frame.element);
    return loaded;
  }

  #sendDraft(): void {
    this.#draftTimer = null;
    const draft = this.#draft;
    this.#draft = null;
    if (draft === null) return;
    const loaded = this.#frames.get(DRAFT) ?? this.#addFrame(DRAFT);
    // It may still hold the slide that was written before.
    if (this.#wanted !== DRAFT) loaded.isReady = false;
    this.#wanted = DRAFT;
    this.#neighbors = [];
    loaded.frame.send({ type: "draft", kind: "deck", content: draft });
  }

  #forgetDraft(): void {
    if (this.#draftTimer !== null) clearTimeout(this.#draftTimer);
    this.#draftTimer = null;
    this.#draft = null;
  }

  #received(key: string, message: ShellMessage): void {
    const loaded = this.#frames.get(key);
    if (!loaded) return;
    if (message.type === "loaded" || message.type === "drawn") {
      loaded.isReady = true;
      if (key === this.#wanted && key !== this.#shown) this.#reveal(key);
    }
    if (key !== this.#shown) return;
    if (message.type === "beat") this.#beat();
    else if (message.type === "outlined") this.#events.onOutlined?.(message.rect);
    else if (message.type === "link") {
      const href = safeLink(message.href);
      if (href !== null) this.#events.onLink?.(href);
    }
  }

  #reveal(key: string): void {
    const next = this.#frames.get(key);
    if (key !== this.#wanted || !next) return;
    if (this.#patience !== null) clearTimeout(this.#patience);
    const before = this.#shown;
    this.#shown = key;
    reveal(next.frame);
    if (before !== null && before !== key) this.#hideShown(before);
    if (key === DRAFT) this.#pulse.pause();
    else this.#pulse.start(performance.now());
    this.#setFrozen(false);
    this.#keepNear(key);
    this.#events.onShown?.(key);
  }

  #hideShown(key: string): void {
    const loaded = this.#frames.get(key);
    if (loaded) hide(loaded.frame);
  }

  /** Lets go of slides that are far away and loads those that are near. The frame for drafts stays:
   * the next slide may be written in a moment. */
  #keepNear(key: string): void {
    const near = new Set([key, DRAFT, ...this.#neighbors.map((one) => one.key)]);
    for (const [other, { frame }] of this.#frames) {
      if (near.has(other)) continue;
      frame.destroy();
      this.#frames.delete(other);
    }
    for (const slide of this.#neighbors) if (!this.#frames.has(slide.key)) this.#load(slide);
  }

  #beat(): void {
    this.#pulse.beat(performance.now());
    this.#setFrozen(false);
  }

  #checkPulse(): void {
    const now = performance.now();
    if (document.hidden) this.#pulse.skip(now);
    if (this.#pulse.isFrozen(now)) this.#setFrozen(true);
  }

  #setFrozen(isFrozen: boolean): void {
    if (isFrozen === this.#isFrozen) return;
    this.#isFrozen = isFrozen;
    this.#events.onFrozen?.(isFrozen);
  }
}

/** Not `display: none`: a slide that measures itself while it loads would find no size. */
function hide({ element }: PreviewFrame): void {
  element.classList.add("coming");
  element.inert = true;
  element.ariaHidden = "true";
}

function reveal({ element }: PreviewFrame): void {
  element.classList.remove("coming");
  element.inert = false;
  element.ariaHidden = null;
}
