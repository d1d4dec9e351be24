/** One turn as this page follows it: where it is, and what the server has yet to hear about that. */
import { isAfter } from "../domain/event-id";
import type { EventFrame } from "../protocol/wire";

/** Far below the server's window of 256 KiB, so that an answer never waits for an ack. */
const ACK_BYTES = 32 * 1024;

export class Subscription {
  readonly turn: string;
  readonly onEvent: (event: EventFrame) => void;
  lastId: string | null;
  #unacknowledgedBytes = 0;

  constructor(turn: string, after: string | null, onEvent: (event: EventFrame) => void) {
    this.turn = turn;
    this.lastId = after;
    this.onEvent = onEvent;
  }

  /** Passes an event on and remembers it; returns whether an ack is due now. */
  receive(event: EventFrame, bytes: number): boolean {
    if (isAfter(event.id, this.lastId)) this.lastId = event.id;
    this.#unacknowledgedBytes += bytes;
    this.onEvent(event);
    return this.#unacknowledgedBytes >= ACK_BYTES;
  }

  /** The id to acknowledge, or null when everything is acknowledged. */
  takeAck(): string | null {
    if (this.#unacknowledgedBytes === 0) return null;
    this.#unacknowledgedBytes = 0;
    return this.lastId;
  }
}
