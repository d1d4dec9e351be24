/** A turn that is being followed: applies its events, at most once a frame, and paces the text that
 * shows. */
import { Pacer } from "../domain/pacing";
import { isEnded, reduceTurn, type TurnView } from "../domain/turn";
import type { Part, TurnEvent } from "../protocol/events.gen";
import type { EventFrame } from "../protocol/wire";
import { onNextFrame } from "./frame-loop";

/** Told of every event that was applied, once, in order, with the view right after it. */
export type TurnListener = (view: TurnView, event: TurnEvent) => void;

/** Events that bring the first of what an answer shows. */
const FIRST_WORDS: ReadonlySet<string> = new Set([
  "thinking.delta",
  "text.delta",
  "artifact.started",
]);
const REPLAY_MS = 1_500;
const FRAME_MS = 16;

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

function pacedText(part: Part | undefined): string | null {
  return part?.kind === "text" || part?.kind === "thinking" ? part.text : null;
}

function contentLength(view: TurnView): number {
  const text = (part: Part): string => {
    if (part.kind === "artifact") return part.content;
    return part.kind === "tool_error" ? part.message : part.text;
  };
  return view.parts.reduce((sum, part) => sum + text(part).length + 1, 0);
}

export class LiveTurn {
  /** Everything that has arrived. */
  view: TurnView;
  #shownLength = $state(0);
  isStopping = $state(false);
  /** Place among the parts of the thinking that was asked to end. */
  skippedPart = $state<number | null>(null);
  readonly #listener: TurnListener;
  readonly #pacer = new Pacer();
  #queue: EventFrame[] = [];
  /** What the events that were heard amount to. */
  #heard: TurnView;
  /** Length of the stored text that shows until the events of the turn, told again from its
   * beginning, have reached it: a reload must not show less than there was. */
  #stored: number;
  readonly #storedUntil = performance.now() + REPLAY_MS;
  #pacedPart = -1;
  #isScheduled = false;
  #appliedAt = -Infinity;

  constructor(initial: TurnView, listener: TurnListener) {
    this.view = $state.raw(initial);
    this.#heard = initial;
    this.#stored = contentLength(initial);
    this.#listener = listener;
    this.#startPacing(performance.now(), true);
  }

  /** The parts as they show now: all of them, the growing text up to where the pacing is. */
  readonly parts: readonly Part[] = $derived.by(() => {
    const last = this.view.parts.at(-1);
    const text = pacedText(last);
    if (!last || text === null || this.#shownLength >= text.length) return this.view.parts;
    return [...this.view.parts.slice(0, -1), { ...last, text: text.slice(0, this.#shownLength) }];
  });

  readonly isRunning: boolean = $derived.by(() => !isEnded(this.view));

  push(event: EventFrame): void {
    this.#queue.push(event);
    const now = performance.now();
    if (!document.hidden && this.#isWantedNow(event, now)) this.#frame(now);
    else this.#schedule();
  }

  /** What comes to a page at rest is worked in before the next frame, which only has to paint it;
   * so are the first words, whatever came just before them. A status can wait for a frame: mostly
   * the words that it announces come with it. */
  #isWantedNow(event: EventFrame, now: number): boolean {
    if (event.type === "turn.status") return false;
    if (this.#heard.parts.length === 0 && FIRST_WORDS.has(event.type)) return true;
    return !this.#isScheduled && now - this.#appliedAt >= FRAME_MS;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    onNextFrame((now) => {
      this.#isScheduled = false;
      this.#frame(now);
    });
  }

  #frame(now: number): void {
    this.#appliedAt = now;
    this.#applyQueue(now);
    this.#pace(now);
    if (this.#queue.length > 0 || this.#isBehind()) this.#schedule();
  }

  #applyQueue(now: number): void {
    const events = this.#queue;
    this.#queue = [];
    let view = this.#heard;
    const applied: (readonly [TurnView, EventFrame])[] = [];
    for (const event of events) {
      const next = reduceTurn(view, event, event.id, now);
      if (next !== view) applied.push([next, event]);
      view = next;
    }
    this.#heard = view;
    const restarted = applied.some(([, event]) => event.type === "turn.started");
    if (applied.length > 0) this.#show(now, restarted);
    for (const [after, event] of applied) this.#listener(after, event);
  }

  #show(now: number, restarted: boolean): void {
    const wasReplaying = this.#stored > 0;
    if (this.#isCaughtUp(now)) this.#stored = 0;
    if (this.#stored > 0) return;
    this.view = this.#heard;
    const showAll = restarted || wasReplaying;
    if (showAll || this.view.parts.length - 1 !== this.#pacedPart) this.#startPacing(now, showAll);
  }

  #isCaughtUp(now: number): boolean {
    if (isEnded(this.#heard) || now > this.#storedUntil) return true;
    return contentLength(this.#heard) >= this.#stored;
  }

  #startPacing(now: number, showAll: boolean): void {
    this.#pacedPart = this.view.parts.length - 1;
    const text = pacedText(this.view.parts.at(-1)) ?? "";
    this.#pacer.reset(showAll ? text.length : 0, now);
  }

  #pace(now: number): void {
    const length = pacedText(this.view.parts.at(-1))?.length ?? 0;
    this.#pacer.arrive(length, now);
    const isPlain = document.hidden || reducedMotion.matches || !this.isRunning;
    this.#shownLength = isPlain ? this.#pacer.flush() : this.#pacer.step(now);
  }

  #isBehind(): boolean {
    return this.#shownLength < (pacedText(this.view.parts.at(-1))?.length ?? 0);
  }
}
