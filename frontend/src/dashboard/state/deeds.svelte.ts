/** Wishes on their way: what is being confirmed, what was sent, how it ended, how to undo it. */
import { Toasts } from "../../state/toasts.svelte";
import { type Deed, isDraining, undoOf } from "../domain/actions";
import type { WishResult, WorkerView } from "../protocol/workers";
import { getWishResult, sendWish, setQueue } from "../transport/workers-http";

const POLL_MS = 400;
const SLOW_POLL_MS = 2_000;
/** What takes longer than this is told to be under way. */
const QUICK_MS = 4_000;
/** The longest drain, and a bit. */
const PATIENCE_MS = 3_700_000;
const UNDO_REASON = "Undone from the dashboard";

export class Deeds {
  readonly toasts = new Toasts();
  /** Waits for a confirmation in the dialog. */
  asked = $state.raw<Deed | null>(null);
  isSending = $state(false);
  /** Why the server did not take it, as a sentence. */
  problem = $state("");
  readonly #find: (id: string) => WorkerView | null;

  constructor(find: (id: string) => WorkerView | null) {
    this.#find = find;
  }

  ask(deed: Deed): void {
    this.problem = "";
    this.asked = deed;
  }

  forget(): void {
    this.asked = null;
  }

  /** Does what was asked; closes the dialog once the server has taken it, and tells the result. */
  async confirm(deed: Deed, reason: string): Promise<void> {
    this.isSending = true;
    this.problem = "";
    try {
      const undo = undoOf(deed, this.#concurrency(deed));
      const result = await send(deed, reason);
      this.forget();
      void this.#tell(deed, result, undo);
    } catch (error) {
      this.problem = sentence(error);
    } finally {
      this.isSending = false;
    }
  }

  async #tell(deed: Deed, wish: string | null, undo: Deed | null): Promise<void> {
    try {
      const underWay = (): void =>
        this.toasts.show(underWayText(deed), undo ? this.#undoing(undo) : null);
      const result = wish === null ? null : await resultOf(wish, underWay);
      const isDone = result?.done ?? true;
      const text = result?.message || doneText(deed);
      this.toasts.show(text, isDone && undo ? this.#undoing(undo) : null);
    } catch (error) {
      this.toasts.show(sentence(error));
    }
  }

  #undoing(undo: Deed): { label: string; run: () => void } {
    return { label: "Undo", run: () => void this.#undo(undo) };
  }

  async #undo(deed: Deed): Promise<void> {
    try {
      await this.#tell(deed, await send(deed, UNDO_REASON), null);
    } catch (error) {
      this.toasts.show(sentence(error));
    }
  }

  #concurrency(deed: Deed): number | null {
    return deed.on === "worker" ? (this.#find(deed.worker)?.max_running ?? null) : null;
  }
}

/** The id of the wish, or null for a queue, where the answer is the result. */
async function send(deed: Deed, reason: string): Promise<string | null> {
  if (deed.on === "worker") {
    return sendWish(deed.worker, { action: deed.action, value: deed.value, reason });
  }
  await setQueue(deed.model, deed.action, reason);
  return null;
}

async function resultOf(wish: string, underWay: () => void): Promise<WishResult> {
  const begun = performance.now();
  for (let isTold = false; ; ) {
    const result = await getWishResult(wish);
    const took = performance.now() - begun;
    if (result.done !== null) return result;
    if (took > PATIENCE_MS) return { ...result, done: false, message: "The worker never answered." };
    if (took > QUICK_MS && !isTold) {
      isTold = true;
      underWay();
    }
    await new Promise((resolve) => setTimeout(resolve, isTold ? SLOW_POLL_MS : POLL_MS));
  }
}

const underWayText = (deed: Deed): string =>
  deed.on === "worker" && isDraining(deed.action)
    ? "It takes no new request and finishes what it has."
    : "The worker has not answered yet; watch its state.";

function doneText(deed: Deed): string {
  if (deed.on === "worker") return "Done.";
  return `The queue of ${deed.model} is ${deed.action === "pause" ? "paused" : "resumed"}.`;
}

const sentence = (error: unknown): string =>
  error instanceof Error ? error.message : "That did not work; try again.";
