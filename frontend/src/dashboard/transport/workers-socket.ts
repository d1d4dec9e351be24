/** The live figures: one frame a second, over a socket that reconnects by itself.
 *
 * Time, chance and the WebSocket itself are handed in.
 */
import { backoffMs } from "../../transport/backoff";
import type { Clock } from "../../transport/clock";
import type { Wire } from "../../transport/socket";
import type { WorkersFrame } from "../protocol/workers";

export interface WorkersSocketOptions {
  readonly open: () => Wire;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onOnline: (isOnline: boolean) => void;
  readonly onFrame: (frame: WorkersFrame) => void;
  /** The session has ended, or its person is no administrator any more. */
  readonly onSignedOut: () => void;
}

/** A connection this long without a frame is dead, whatever it says. */
const SILENCE_MS = 10_000;

export class WorkersSocket {
  readonly #options: WorkersSocketOptions;
  #wire: Wire | null = null;
  #attempt = 0;
  #retryTimer: number | null = null;
  #silenceTimer: number | null = null;

  constructor(options: WorkersSocketOptions) {
    this.#options = options;
  }

  /** Connects, unless a connection is there or on its way. */
  connect(): void {
    if (this.#wire) return;
    this.#clear();
    const wire = this.#options.open();
    this.#wire = wire;
    wire.onmessage = ({ data }) => this.#received(wire, data);
    wire.onclose = () => this.#lost(wire);
    this.#awaitFrame(wire);
  }

  /** To be called when the network or the page comes back: does not wait out a pause. */
  wake(): void {
    this.#attempt = 0;
    this.connect();
  }

  /** Leaves for good. */
  close(): void {
    this.#clear();
    this.#drop();
  }

  /** A server that accepts and says nothing is not online: only a frame counts. */
  #received(wire: Wire, data: unknown): void {
    if (wire !== this.#wire || typeof data !== "string") return;
    const frame = JSON.parse(data) as { readonly type: string; readonly code?: string };
    if (frame.type === "error" && frame.code === "sign_in_required") {
      this.close();
      this.#options.onSignedOut();
    }
    if (frame.type !== "workers") return;
    this.#attempt = 0;
    this.#awaitFrame(wire);
    this.#options.onOnline(true);
    this.#options.onFrame(frame as WorkersFrame);
  }

  #awaitFrame(wire: Wire): void {
    if (this.#silenceTimer !== null) this.#options.clock.clearTimeout(this.#silenceTimer);
    this.#silenceTimer = this.#options.clock.setTimeout(() => this.#lost(wire), SILENCE_MS);
  }

  #lost(wire: Wire): void {
    if (wire !== this.#wire) return;
    this.#clear();
    this.#drop();
    this.#options.onOnline(false);
    const wait = backoffMs(this.#attempt++, this.#options.random);
    this.#retryTimer = this.#options.clock.setTimeout(() => this.connect(), wait);
  }

  #drop(): void {
    const wire = this.#wire;
    this.#wire = null;
    if (!wire) return;
    wire.onmessage = null;
    wire.onclose = null;
    wire.close();
  }

  #clear(): void {
    for (const timer of [this.#retryTimer, this.#silenceTimer]) {
      if (timer !== null) this.#options.clock.clearTimeout(timer);
    }
    this.#retryTimer = null;
    this.#silenceTimer = null;
  }
}
