/** The page's side of the preview: drafts go into the frame that shows, a finished version is
 * loaded in a new frame behind it, and takes its place when it stands. So nothing flashes, and no
 * timer or listener of an older version is left. */
import type { ArtifactKind } from "../protocol/events.gen";
import type { HostMessage, ShellMessage } from "./messages";
import { safeLink } from "./messages";
import { PreviewFrame } from "./preview-frame";
import { Pulse } from "./pulse";

export interface PreviewEvents {
  readonly onLoaded: () => void;
  /** An error in the made thing, how often it has happened, by its text. */
  readonly onError: (message: string, count: number) => void;
  readonly onLink: (href: string) => void;
  readonly onFrozen: (isFrozen: boolean) => void;
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
  readonly #hasRun = new WeakSet<PreviewFrame>();
  #theme: "light" | "dark";
  #shown: PreviewFrame | null = null;
  #coming: PreviewFrame | null = null;
  #draft: HostMessage | null = null;
  #draftTimer: ReturnType<typeof setTimeout> | null = null;
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
    this.#draftTimer ??= setTimeout(() => this.#sendDraft(), DRAFT_MS);
  }

  /** Loads a finished version once, from a clean start. */
  load(kind: ArtifactKind, content: string): void {
    this.#forgetDraft();
    this.#coming?.destroy();
    const frame: PreviewFrame = this.#addFrame((message) => this.#received(frame, message));
    this.#coming = frame;
    frame.element.classList.add("coming");
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

  #addFrame(onMessage: (message: ShellMessage) => void): PreviewFrame {
    const frame = new PreviewFrame(this.#origin, onMessage);
    this.#container.append(frame.element);
    frame.send({ type: "theme", theme: this.#theme });
    return frame;
  }

  #sendDraft(): void {
    this.#draftTimer = null;
    const draft = this.#draft;
    this.#draft = null;
    if (!draft) return;
    // A frame in which a version has run is no place for a draft: its scripts are still there.
    if (!this.#shown || this.#hasRun.has(this.#shown)) {
      this.#shown?.destroy();
      this.#shown = this.#addFrame(() => undefined);
      this.#pulse.pause();
      this.#setFrozen(false);
    }
    this.#shown.send(draft);
  }

  #forgetDraft(): void {
    if (this.#draftTimer !== null) clearTimeout(this.#draftTimer);
    this.#draftTimer = null;
    this.#draft = null;
  }

  #received(frame: PreviewFrame, message: ShellMessage): void {
    if (frame !== this.#shown && frame !== this.#coming) return;
    switch (message.type) {
      case "beat":
        return this.#beat();
      case "loaded":
        this.#beat();
        this.#show(frame);
        return this.#events.onLoaded();
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
    this.#hasRun.add(frame);
    frame.element.classList.remove("coming");
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
