/** A turn that is being followed: applies its events once a frame and paces the text that shows. */
import { Pacer } from "../domain/pacing";
import { isEnded, reduceTurn, type TurnView } from "../domain/turn";
import type { Part, TurnEvent } from "../protocol/events.gen";
import type { EventFrame } from "../protocol/wire";
import { onNextFrame } from "./frame-loop";

/** Told of every event that was applied, once, in order. */
export type TurnListener = (view: TurnView, event: TurnEvent) => void;

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

function pacedText(part: Part | undefined): string | null {
  return part?.kind === "text" || part?.kind === "thinking" ? part.text : null;
}

export class LiveTurn {
  /** Everything that has arrived. */
  view: TurnView;
  #shownLength = $state(0);
  isStopping = $state(false);
  readonly #listener: TurnListener;
  readonly #pacer = new Pacer();
  #queue: EventFrame[] = [];
  #pacedPart = -1;
  #isScheduled = false;

  constructor(initial: TurnView, listener: TurnListener) {
    this.view = $state.raw(initial);
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
    this.#schedule();
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
    this.#applyQueue(now);
    this.#pace(now);
    if (this.#queue.length > 0 || this.#isBehind()) this.#schedule();
  }

  #applyQueue(now: number): void {
    const events = this.#queue;
    this.#queue = [];
    let view = this.view;
    const applied: EventFrame[] = [];
    for (const event of events) {
      const next = reduceTurn(view, event, event.id, now);
      if (next !== view) applied.push(event);
      view = next;
    }
    if (view === this.view) return;
    this.view = view;
    const restarted = applied.some((event) => event.type === "turn.started");
    if (restarted || view.parts.length - 1 !== this.#pacedPart) this.#startPacing(now, restarted);
    for (const event of applied) this.#listener(view, event);
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
