/** The page's side of the preview: drafts go into one frame that grows; a finished version is loaded
 * in a new frame behind the one that shows, and takes its place when it stands. So nothing flashes,
 * and no timer or listener of an older version is left. */
import type { PointedElement } from "../domain/pointing";
import type { ArtifactKind } from "../protocol/events.gen";
import type { Direction, FrameRect, HostMessage, ShellMessage } from "./messages";
import { safeLink } from "./messages";
import { PreviewFrame } from "./preview-frame";
import { Pulse } from "./pulse";

export interface PreviewEvents {
  readonly onLoaded: () => void;
  /** An error in the made thing, how often it has happened, by its text. */
  readonly onError: (message: string, count: number) => void;
  readonly onLink: (href: string) => void;
  readonly onFrozen: (isFrozen: boolean) => void;
  /** Where the outlined element is, in the frame's CSS pixels. */
  readonly onOutlined: (rect: FrameRect | null) => void;
  readonly onPointed: (element: PointedElement) => void;
  readonly onChosen: (element: PointedElement) => void;
}

const CHECK_MS = 1_000;
/** About seven drafts a second: smooth to the eye, cheap to parse. */
const DRAFT_MS = 140;
/** A version that never says `loaded` (its script never ends) is shown all the same. */
const PATIENCE_MS = 4_000;

export class PreviewHost {
  readonly #container: HTMLElement;
  readonly #origin: string;
  readonly #events: PreviewEvents;
  readonly #pulse = new Pulse();
  /** Frames for drafts; in any other a version runs, or has run. */
  readonly #drafting = new WeakSet<PreviewFrame>();
  #theme: "light" | "dark";
  #shown: PreviewFrame | null = null;
  #coming: PreviewFrame | null = null;
  #draft: HostMessage | null = null;
  #draftTimer: ReturnType<typeof setTimeout> | null = null;
  /** A draft is on its way to the screen: the next one waits, or slow frames would fall behind. */
  #isDrawing = false;
  #patience: ReturnType<typeof setTimeout> | null = null;
  #checkTimer: ReturnType<typeof setInterval>;
  #isFrozen = false;

  constructor(
    container: HTMLElement,
    origin: string,
    theme: "light" | "dark",
    events: PreviewEvents,
  ) {
    this.#container = container;
    this.#origin = origin;
    this.#theme = theme;
    this.#events = events;
    this.#checkTimer = setInterval(() => this.#checkPulse(), CHECK_MS);
  }

  /** Shows what has been written so far; nothing in it runs. */
  draft(kind: ArtifactKind, content: string): void {
    this.#draft = { type: "draft", kind, content };
    this.#expectDraft();
  }

  /** Loads a finished version once, from a clean start. */
  load(kind: ArtifactKind, content: string): void {
    this.#forgetDraft();
    const frame = this.#addComing();
    frame.send({ type: "load", kind, content });
    this.#pulse.start(performance.now());
    if (this.#patience !== null) clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#show(frame), PATIENCE_MS);
  }

  setTheme(theme: "light" | "dark"): void {
    this.#theme = theme;
    this.#shown?.send({ type: "theme", theme });
    this.#coming?.send({ type: "theme", theme });
  }

  focus(): void {
    this.#shown?.focus();
  }

  /** Outlines what is at a point of the frame, in its CSS pixels. */
  point(x: number, y: number): void {
    this.#shown?.send({ type: "point", x, y });
  }

  /** Outlines a neighbor of what is outlined; the body when nothing is. */
  walk(direction: Direction): void {
    this.#shown?.send({ type: "walk", direction });
  }

  /** Has the outlined element told as the chosen one. */
  choose(): void {
    this.#shown?.send({ type: "choose" });
  }

  /** Outlines what a selector leads to, and brings it into view. */
  mark(selector: string): void {
    this.#shown?.send({ type: "mark", selector });
  }

  scroll(x: number, y: number, by: number): void {
    this.#shown?.send({ type: "scroll", x, y, by });
  }

  unmark(): void {
    this.#shown?.send({ type: "unmark" });
    this.#events.onOutlined(null);
  }

  /** Removes what runs; the next draft or load begins anew. */
  stop(): void {
    this.#forgetDraft();
    if (this.#patience !== null) clearTimeout(this.#patience);
    this.#shown?.destroy();
    this.#coming?.destroy();
    this.#shown = null;
    this.#coming = null;
    this.#pulse.pause();
    this.#setFrozen(false);
  }

  destroy(): void {
    this.stop();
    clearInterval(this.#checkTimer);
  }

  /** A frame behind the one that shows, in the place of any other that is on its way. */
  #addComing(): PreviewFrame {
    this.#coming?.destroy();
    const frame: PreviewFrame = new PreviewFrame(this.#origin, (message) =>
      this.#received(frame, message),
    );
    this.#coming = frame;
    frame.element.classList.add("coming");
    this.#container.append(frame.element);
    frame.send({ type: "theme", theme: this.#theme });
    return frame;
  }

  #expectDraft(): void {
    if (this.#isDrawing) return;
    this.#draftTimer ??= setTimeout(() => this.#sendDraft(), DRAFT_MS);
  }

  #sendDraft(): void {
    this.#draftTimer = null;
    const draft = this.#draft;
    this.#draft = null;
    if (!draft) return;
    this.#isDrawing = true;
    this.#draftFrame().send(draft);
  }

  /** A frame in which a version has run is no place for a draft: its scripts are still there. */
  #draftFrame(): PreviewFrame {
    for (const frame of [this.#coming, this.#shown]) {
      if (frame && this.#drafting.has(frame)) return frame;
    }
    const frame = this.#addComing();
    this.#drafting.add(frame);
    return frame;
  }

  #forgetDraft(): void {
    if (this.#draftTimer !== null) clearTimeout(this.#draftTimer);
    this.#draftTimer = null;
    this.#draft = null;
    this.#isDrawing = false;
  }

  #received(frame: PreviewFrame, message: ShellMessage): void {
    if (frame !== this.#shown && frame !== this.#coming) return;
    switch (message.type) {
      case "beat":
        return this.#beat();
      case "drawn":
        this.#isDrawing = false;
        if (this.#draft) this.#expectDraft();
        return this.#show(frame);
      case "loaded":
        this.#beat();
        this.#show(frame);
        return this.#events.onLoaded();
      case "outlined":
        if (frame === this.#shown) this.#events.onOutlined(message.rect);
        return;
      case "pointed":
        if (frame === this.#shown) this.#events.onPointed(message.element);
        return;
      case "chosen":
        if (frame === this.#shown) this.#events.onChosen(message.element);
        return;
      case "error":
        return this.#events.onError(message.message, message.count);
      case "link": {
        const href = safeLink(message.href);
        if (href !== null) this.#events.onLink(href);
      }
    }
  }

  #show(frame: PreviewFrame): void {
    if (frame !== this.#coming) return;
    if (this.#patience !== null) clearTimeout(this.#patience);
    this.#shown?.destroy();
    this.#shown = frame;
    this.#coming = null;
    frame.element.classList.remove("coming");
    this.#events.onOutlined(null);
    if (!this.#drafting.has(frame)) return;
    this.#pulse.pause();
    this.#setFrozen(false);
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
    this.#events.onFrozen(isFrozen);
  }
}
