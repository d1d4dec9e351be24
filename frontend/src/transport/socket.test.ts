import { beforeEach, describe, expect, it } from "vitest";
import type { Command, CommandRefused, EventFrame, SendMessage } from "../protocol/wire";
import type { Clock } from "./clock";
import { type Connection, StartRefused, TurnSocket, type Wire } from "./socket";

class FakeClock implements Clock {
  #now = 0;
  #nextTimer = 1;
  readonly #timers = new Map<number, { at: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): number {
    this.#timers.set(this.#nextTimer, { at: this.#now + ms, callback });
    return this.#nextTimer++;
  }

  clearTimeout(timer: number): void {
    this.#timers.delete(timer);
  }

  /** Lets time pass, timer by timer. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.at <= end);
      const next = due.sort(([, a], [, b]) => a.at - b.at)[0];
      if (!next) break;
      this.#timers.delete(next[0]);
      this.#now = Math.max(this.#now, next[1].at);
      next[1].callback();
    }
    this.#now = end;
  }

  /** Time passes and no timer runs, as when the machine sleeps. */
  sleep(ms: number): void {
    this.#now += ms;
  }
}

class FakeWire implements Wire {
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  bufferedAmount = 0;
  isClosed = false;
  readonly sent: Command[] = [];

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Command);
  }

  close(): void {
    this.isClosed = true;
  }

  hear(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  ofType(type: Command["type"]): Command[] {
    return this.sent.filter((command) => command.type === type);
  }
}

const text = (id: string, words = "a"): object => ({ turn: "t", id, type: "text.delta", text: words });
const START: SendMessage = {
  type: "turn.start",
  request: "r",
  conversation: null,
  text: "Hello",
  parent: null,
  model: null,
  thinking: true,
};
const ACCEPTED = {
  type: "turn.accepted",
  request: "r",
  turn: "t",
  conversation: "c",
  user_message: "u",
  assistant_message: "a",
};

describe("the socket", () => {
  let clock: FakeClock;
  let wires: FakeWire[];
  let states: Connection[];
  let notices: string[];
  let refused: CommandRefused[];
  let socket: TurnSocket;
  let heard: EventFrame[];

  const wire = (): FakeWire => wires.at(-1) as FakeWire;
  const follow = (after: string | null): void =>
    socket.subscribe("t", after, (event) => heard.push(event));

  beforeEach(() => {
    clock = new FakeClock();
    wires = [];
    states = [];
    notices = [];
    refused = [];
    heard = [];
    socket = new TurnSocket({
      open: () => {
        wires.push(new FakeWire());
        return wire();
      },
      clock,
      random: () => 1,
      onConnection: (state) => states.push(state),
      onNotice: (conversation) => notices.push(conversation),
      onRefused: (refusal) => refused.push(refusal),
    });
    socket.connect();
    wire().onopen?.();
  });

  it("passes a turn's events on", () => {
    follow(null);
    wire().hear(text("1-1"));
    expect(wire().sent).toEqual([{ type: "subscribe", turn: "t", after: null }]);
    expect(heard.map((event) => event.id)).toEqual(["1-1"]);
  });

  it("resumes after the last id when the connection comes back", () => {
    follow(null);
    wire().hear(text("1-9"));
    wire().hear(text("1-10"));
    wire().onclose?.();
    clock.advance(20_000);
    wire().onopen?.();
    expect(wires).toHaveLength(2);
    expect(wire().sent).toEqual([{ type: "subscribe", turn: "t", after: "1-10" }]);
    expect(states).toEqual(["connecting", "online", "offline", "connecting", "online"]);
  });

  it("waits longer after each failure, and starts anew after a success", () => {
    const waits: number[] = [];
    for (let failure = 0; failure < 8; failure += 1) {
      const began = clock.now();
      const count = wires.length;
      wire().onclose?.();
      while (wires.length === count) clock.advance(50);
      waits.push(clock.now() - began);
    }
    expect(waits[1]).toBeGreaterThan(waits[0] as number);
    expect(Math.max(...waits)).toBeLessThanOrEqual(15_050);
    wire().onopen?.();
    clock.advance(6_000);
    wire().onclose?.();
    clock.advance(450);
    expect(wires).toHaveLength(10);
  });

  it("waits longer also when the server takes each connection and ends it at once", () => {
    for (let second = 0; second < 60; second += 1) {
      wire().onopen?.();
      wire().onclose?.();
      clock.advance(1_000);
    }
    expect(wires.length).toBeLessThan(12);
  });

  it("says a stop again after a reconnect, until the turn has ended", () => {
    follow(null);
    wire().onclose?.();
    socket.stop("t");
    clock.advance(20_000);
    wire().onopen?.();
    expect(wire().ofType("turn.stop")).toEqual([{ type: "turn.stop", turn: "t" }]);
    wire().hear({ turn: "t", id: "1-2", type: "turn.stopped", usage: {} });
    wire().onclose?.();
    clock.advance(20_000);
    wire().onopen?.();
    expect(wire().sent).toEqual([]);
  });

  it("says a skip again after a reconnect, until the thinking has ended", () => {
    follow("1-1");
    socket.skipThinking("t");
    expect(wire().ofType("turn.skip_thinking")).toEqual([{ type: "turn.skip_thinking", turn: "t" }]);
    wire().onclose?.();
    clock.advance(20_000);
    wire().onopen?.();
    expect(wire().ofType("turn.skip_thinking")).toHaveLength(1);
    wire().hear({ turn: "t", id: "1-2", type: "thinking.finished", duration_ms: 5 });
    wire().onclose?.();
    clock.advance(20_000);
    wire().onopen?.();
    expect(wire().ofType("turn.skip_thinking")).toEqual([]);
  });

  it("leaves a skip that was refused to the person", () => {
    follow("1-1");
    socket.skipThinking("t");
    wire().hear({ type: "error", turn: "t", code: "rate_limited", message: "Slowly." });
    wire().onclose?.();
    clock.advance(20_000);
    wire().onopen?.();
    expect(wire().ofType("turn.skip_thinking")).toEqual([]);
  });

  it("says a stop once for a turn that it does not follow", () => {
    socket.stop("t");
    wire().onclose?.();
    clock.advance(20_000);
    wire().onopen?.();
    expect(wire().sent).toEqual([]);
  });

  it("asks for a turn again when the server could not serve it", () => {
    follow("1-4");
    wire().hear({ type: "error", turn: "t", code: "service_unavailable", message: "Later." });
    wire().hear({ type: "error", turn: "u", code: "service_unavailable", message: "Later." });
    clock.advance(6_000);
    const subscribe = { type: "subscribe", turn: "t", after: "1-4" };
    expect(wire().ofType("subscribe")).toEqual([subscribe, subscribe]);
    wire().hear({ type: "error", turn: "t", code: "not_found", message: "Gone." });
    clock.advance(6_000);
    expect(wire().ofType("subscribe")).toHaveLength(2);
  });

  it("does not follow an ended turn again", () => {
    follow(null);
    wire().hear({ turn: "t", id: "1-2", type: "turn.failed", code: "engine_lost", message: "Gone." });
    wire().onclose?.();
    clock.advance(20_000);
    wire().onopen?.();
    expect(wire().sent).toEqual([]);
  });

  it("acknowledges what it has, soon and before the window is full", () => {
    follow(null);
    wire().hear(text("1-1"));
    clock.advance(1_000);
    expect(wire().ofType("ack")).toEqual([{ type: "ack", turn: "t", id: "1-1" }]);
    wire().hear(text("1-2", "x".repeat(40_000)));
    expect(wire().ofType("ack").at(-1)).toEqual({ type: "ack", turn: "t", id: "1-2" });
  });

  it("acknowledges nothing twice", () => {
    follow(null);
    wire().hear(text("1-1"));
    clock.advance(10_000);
    expect(wire().ofType("ack")).toHaveLength(1);
  });

  it("resolves a start with what was accepted", async () => {
    const started = socket.start(START);
    wire().hear(ACCEPTED);
    await expect(started).resolves.toMatchObject({ turn: "t", conversation: "c" });
  });

  it("sends a start again after a reconnect, under the same request", async () => {
    const started = socket.start(START);
    wire().onclose?.();
    clock.advance(20_000);
    wire().onopen?.();
    expect(wire().sent).toEqual([START]);
    wire().hear(ACCEPTED);
    await expect(started).resolves.toMatchObject({ turn: "t" });
    wire().onclose?.();
    clock.advance(20_000);
    wire().onopen?.();
    expect(wire().sent).toEqual([]);
  });

  it("rejects a start that is refused, with the sentence", async () => {
    const started = socket.start(START);
    wire().hear({ type: "error", request: "r", code: "message_too_long", message: "Too long." });
    await expect(started).rejects.toThrowError(StartRefused);
    await expect(started).rejects.toThrowError("Too long.");
    expect(refused).toEqual([]);
  });

  it("passes on notices, and refusals that nobody waits for", () => {
    wire().hear({ type: "notice", conversation: "c" });
    wire().hear({ type: "error", turn: "t", code: "not_found", message: "Not yours." });
    expect(notices).toEqual(["c"]);
    expect(refused).toHaveLength(1);
  });

  it("asks whether the server is there, and leaves a silent one", () => {
    clock.advance(24_000);
    expect(wire().ofType("ping")).toHaveLength(1);
    clock.advance(16_000);
    expect(wires).toHaveLength(2);
    expect(wires[0]?.isClosed).toBe(true);
  });

  it("stays while the server answers", () => {
    for (let second = 0; second < 120; second += 1) {
      clock.advance(1_000);
      if (wire().ofType("ping").length > 0) wire().hear({ type: "pong" });
    }
    expect(wires).toHaveLength(1);
  });

  it("reconnects at once after the machine slept", () => {
    follow("1-4");
    clock.sleep(3_600_000);
    clock.advance(2_000);
    wire().onopen?.();
    expect(wires).toHaveLength(2);
    expect(wire().sent).toEqual([{ type: "subscribe", turn: "t", after: "1-4" }]);
  });

  it("does not wait when the network comes back", () => {
    wire().onclose?.();
    socket.wake();
    expect(wires).toHaveLength(2);
    clock.advance(60_000);
    expect(wires.length).toBeLessThan(5);
  });

  it("ignores a connection that it has left", () => {
    follow(null);
    const old = wire();
    const { onmessage } = old;
    old.onclose?.();
    onmessage?.({ data: JSON.stringify(text("1-1")) });
    expect(heard).toEqual([]);
  });

  it("leaves for good", () => {
    socket.close();
    clock.advance(120_000);
    expect(wires).toHaveLength(1);
    expect(wire().isClosed).toBe(true);
  });
});
