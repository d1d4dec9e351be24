/** The one socket of this page: reconnects, resumes every turn after its last id, resends starts.
 *
 * Knows no state and no DOM; time, chance and the WebSocket itself are handed in.
 */
import type {
  Command,
  CommandRefused,
  EventFrame,
  ServerFrame,
  StartTurn,
  TurnAccepted,
} from "../protocol/wire";
import { backoffMs } from "./backoff";
import type { Clock } from "./clock";
import { Subscription } from "./subscription";

export type Connection = "connecting" | "online" | "offline";

/** What the socket needs of a WebSocket. */
export interface Wire {
  onopen: (() => void) | null;
  onclose: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  readonly bufferedAmount: number;
  send(data: string): void;
  close(): void;
}

export interface SocketOptions {
  readonly open: () => Wire;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onConnection: (connection: Connection) => void;
  readonly onNotice: (conversation: string) => void;
  /** A refusal that belongs to no start this page waits for. */
  readonly onRefused: (refusal: CommandRefused) => void;
}

/** Why a start did not become a turn. */
export class StartRefused extends Error {
  readonly code: CommandRefused["code"];

  constructor(refusal: Pick<CommandRefused, "code" | "message">) {
    super(refusal.message);
    this.name = "StartRefused";
    this.code = refusal.code;
  }
}

interface PendingStart {
  readonly command: StartTurn;
  readonly resolve: (accepted: TurnAccepted) => void;
  readonly reject: (reason: StartRefused) => void;
}

const TICK_MS = 2_000;
const ACK_AFTER_MS = 1_000;
const PING_AFTER_MS = 20_000;
const SILENCE_MS = 32_000;
/** A tick this late means that the machine slept: the connection is dead, whatever it says. */
const SLEPT_MS = 15_000;
/** A connection that the server ends sooner was not wanted: the next one waits longer. */
const STABLE_MS = 5_000;
const SUBSCRIBE_AGAIN_MS = 5_000;
const PASSING: ReadonlySet<CommandRefused["code"]> = new Set([
  "service_unavailable",
  "internal_error",
  "rate_limited",
]);

export class TurnSocket {
  readonly #options: SocketOptions;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #starts = new Map<string, PendingStart>();
  /** Turns that were asked to stop and have not ended. */
  readonly #stops = new Set<string>();
  /** Turns whose thinking was asked to end and has not. */
  readonly #skips = new Set<string>();
  #wire: Wire | null = null;
  #isOpen = false;
  #openedAt = 0;
  #attempt = 0;
  #retryTimer: number | null = null;
  #tickTimer: number | null = null;
  #ackTimer: number | null = null;
  #tickedAt = 0;
  #heardAt = 0;
  #pingedAt = 0;

  constructor(options: SocketOptions) {
    this.#options = options;
  }

  /** Connects, unless a connection is there or on its way. */
  connect(): void {
    if (this.#wire) return;
    this.#cancelRetry();
    this.#options.onConnection("connecting");
    const wire = this.#options.open();
    this.#wire = wire;
    wire.onopen = () => this.#opened(wire);
    wire.onclose = () => this.#closed(wire);
    wire.onmessage = (event) => this.#received(wire, event.data);
    this.#touch();
    this.#scheduleTick();
  }

  /** Leaves for good. */
  close(): void {
    this.#cancelRetry();
    this.#stopTicking();
    this.#drop();
  }

  /** To be called when the network or the page comes back: does not wait out a pause. */
  wake(): void {
    if (!this.#wire) this.connect();
    else if (this.#isOpen) this.#send({ type: "ping" });
  }

  /** Follows a turn from after `after` (null: from its snapshot) until it ends or is let go. */
  subscribe(turn: string, after: string | null, onEvent: (event: EventFrame) => void): void {
    this.#subscriptions.set(turn, new Subscription(turn, after, onEvent));
    this.#send({ type: "subscribe", turn, after });
  }

  unsubscribe(turn: string): void {
    this.#skips.delete(turn);
    if (this.#subscriptions.delete(turn)) this.#send({ type: "unsubscribe", turn });
  }

  /** Starts a turn; is sent again after a reconnect, until the server has answered. */
  start(command: StartTurn): Promise<TurnAccepted> {
    return new Promise((resolve, reject) => {
      this.#starts.set(command.request, { command, resolve, reject });
      this.#send(command);
    });
  }

  /** Asks for the end of a turn; is said again after a reconnect, until the turn has ended. */
  stop(turn: string): void {
    this.#stops.add(turn);
    if (this.#isOpen) this.#sendStop(turn);
  }

  /** Asks for the end of the thinking; is said again after a reconnect, until it has ended. */
  skipThinking(turn: string): void {
    this.#skips.add(turn);
    this.#send({ type: "turn.skip_thinking", turn });
  }

  #sendStop(turn: string): void {
    this.#send({ type: "turn.stop", turn });
    if (!this.#subscriptions.has(turn)) this.#stops.delete(turn);
  }

  #send(command: Command): void {
    if (this.#isOpen) this.#wire?.send(JSON.stringify(command));
  }

  #opened(wire: Wire): void {
    if (wire !== this.#wire) return;
    this.#isOpen = true;
    this.#openedAt = this.#options.clock.now();
    this.#touch();
    for (const { turn, lastId } of this.#subscriptions.values()) {
      this.#send({ type: "subscribe", turn, after: lastId });
    }
    for (const { command } of this.#starts.values()) this.#send(command);
    for (const turn of this.#stops) this.#sendStop(turn);
    for (const turn of this.#skips) this.#send({ type: "turn.skip_thinking", turn });
    this.#options.onConnection("online");
  }

  #closed(wire: Wire): void {
    if (wire !== this.#wire) return;
    const openMs = this.#options.clock.now() - this.#openedAt;
    if (this.#isOpen && openMs > STABLE_MS) this.#attempt = 0;
    this.#drop();
    this.#options.onConnection("offline");
    const wait = backoffMs(this.#attempt++, this.#options.random);
    this.#retryTimer = this.#options.clock.setTimeout(() => this.connect(), wait);
  }

  #drop(): void {
    const wire = this.#wire;
    this.#wire = null;
    this.#isOpen = false;
    if (!wire) return;
    wire.onopen = null;
    wire.onclose = null;
    wire.onmessage = null;
    wire.close();
  }

  #received(wire: Wire, data: unknown): void {
    if (wire !== this.#wire || typeof data !== "string") return;
    this.#touch();
    this.#dispatch(JSON.parse(data) as ServerFrame, data.length);
  }

  #dispatch(frame: ServerFrame, bytes: number): void {
    switch (frame.type) {
      case "pong":
        return;
      case "notice":
        return this.#options.onNotice(frame.conversation);
      case "turn.accepted":
        this.#starts.get(frame.request)?.resolve(frame);
        this.#starts.delete(frame.request);
        return;
      case "error":
        return this.#refused(frame);
      default:
        return this.#event(frame, bytes);
    }
  }

  #refused(refusal: CommandRefused): void {
    const pending = refusal.request ? this.#starts.get(refusal.request) : undefined;
    if (!pending) {
      if (refusal.turn) this.#turnRefused(refusal.turn, refusal.code);
      return this.#options.onRefused(refusal);
    }
    this.#starts.delete(pending.command.request);
    pending.reject(new StartRefused(refusal));
  }

  /** Stop and skip are the person's to repeat; a turn that is followed is asked for again. */
  #turnRefused(turn: string, code: CommandRefused["code"]): void {
    this.#stops.delete(turn);
    this.#skips.delete(turn);
    const subscription = this.#subscriptions.get(turn);
    if (!subscription || !PASSING.has(code)) return;
    this.#options.clock.setTimeout(() => {
      if (this.#subscriptions.get(turn) !== subscription) return;
      this.#send({ type: "subscribe", turn, after: subscription.lastId });
    }, SUBSCRIBE_AGAIN_MS);
  }

  #event(event: EventFrame, bytes: number): void {
    const subscription = this.#subscriptions.get(event.turn);
    if (!subscription) return;
    const isAckDue = subscription.receive(event, bytes);
    if (event.type === "thinking.finished" || isTerminal(event)) this.#skips.delete(event.turn);
    if (isTerminal(event)) {
      this.#acknowledge(subscription);
      this.#subscriptions.delete(event.turn);
      this.#stops.delete(event.turn);
    } else if (isAckDue) {
      this.#acknowledge(subscription);
    } else {
      this.#scheduleAcks();
    }
  }

  #acknowledge(subscription: Subscription): void {
    const id = subscription.takeAck();
    if (id !== null) this.#send({ type: "ack", turn: subscription.turn, id });
  }

  #scheduleAcks(): void {
    this.#ackTimer ??= this.#options.clock.setTimeout(() => {
      this.#ackTimer = null;
      for (const subscription of this.#subscriptions.values()) this.#acknowledge(subscription);
    }, ACK_AFTER_MS);
  }

  #touch(): void {
    this.#heardAt = this.#options.clock.now();
    this.#pingedAt = this.#heardAt;
  }

  #scheduleTick(): void {
    if (this.#tickTimer !== null) return;
    this.#tickedAt = this.#options.clock.now();
    this.#tickTimer = this.#options.clock.setTimeout(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    this.#tickTimer = null;
    const now = this.#options.clock.now();
    const slept = now - this.#tickedAt > SLEPT_MS;
    const silent = now - this.#heardAt > SILENCE_MS;
    if (this.#wire && (slept || silent)) this.#reconnectNow();
    else if (now - this.#pingedAt > PING_AFTER_MS) this.#ping(now);
    this.#scheduleTick();
  }

  #ping(now: number): void {
    this.#pingedAt = now;
    this.#send({ type: "ping" });
  }

  #reconnectNow(): void {
    this.#drop();
    this.#options.onConnection("offline");
    this.connect();
  }

  #cancelRetry(): void {
    if (this.#retryTimer !== null) this.#options.clock.clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
  }

  #stopTicking(): void {
    if (this.#tickTimer !== null) this.#options.clock.clearTimeout(this.#tickTimer);
    if (this.#ackTimer !== null) this.#options.clock.clearTimeout(this.#ackTimer);
    this.#tickTimer = null;
    this.#ackTimer = null;
  }
}

function isTerminal(event: EventFrame): boolean {
  return (
    event.type === "turn.finished" || event.type === "turn.stopped" || event.type === "turn.failed"
  );
}
