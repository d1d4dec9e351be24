import { beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../../transport/clock";
import type { Wire } from "../../transport/socket";
import { WorkersSocket } from "./workers-socket";

class FakeClock implements Clock {
  #now = 0;
  #next = 1;
  readonly #timers = new Map<number, { at: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): number {
    this.#timers.set(this.#next, { at: this.#now + ms, callback });
    return this.#next++;
  }

  clearTimeout(timer: number): void {
    this.#timers.delete(timer);
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.at <= end);
      const next = due.toSorted(([, a], [, b]) => a.at - b.at)[0];
      if (!next) break;
      this.#timers.delete(next[0]);
      this.#now = next[1].at;
      next[1].callback();
    }
    this.#now = end;
  }
}

class FakeWire implements Wire {
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  bufferedAmount = 0;
  isClosed = false;

  send(): void {
    throw new Error("nothing is said here");
  }

  close(): void {
    this.isClosed = true;
  }

  hear(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const FRAME = { type: "workers", at: 1, workers: [] };

describe("the socket of the workers", () => {
  let clock: FakeClock;
  let wires: FakeWire[];
  let told: (string | boolean)[];
  let socket: WorkersSocket;
  const wire = (): FakeWire => wires.at(-1) as FakeWire;

  beforeEach(() => {
    clock = new FakeClock();
    wires = [];
    told = [];
    socket = new WorkersSocket({
      open: () => {
        wires.push(new FakeWire());
        return wire();
      },
      clock,
      random: () => 1,
      onOnline: (isOnline) => told.push(isOnline),
      onFrame: () => told.push("frame"),
      onSignedOut: () => told.push("signed out"),
    });
    socket.connect();
  });

  it("is online when a frame comes, not before", () => {
    wire().onopen?.();
    expect(told).toEqual([]);
    wire().hear(FRAME);
    expect(told).toEqual([true, "frame"]);
    socket.connect();
    expect(wires).toHaveLength(1);
  });

  it("comes back after a loss, later each time, until a frame is heard", () => {
    wire().onclose?.();
    expect(told).toEqual([false]);
    clock.advance(399);
    expect(wires).toHaveLength(1);
    clock.advance(1);
    wire().onclose?.();
    clock.advance(799);
    expect(wires).toHaveLength(2);
    clock.advance(1);
    wire().hear(FRAME);
    wire().onclose?.();
    clock.advance(400);
    expect(wires).toHaveLength(4);
  });

  it("gives a silent connection up, and hears nothing of it any more", () => {
    wire().hear(FRAME);
    clock.advance(9_999);
    expect(wire().isClosed).toBe(false);
    const silent = wire();
    clock.advance(1);
    expect(silent.isClosed).toBe(true);
    silent.hear(FRAME);
    expect(told).toEqual([true, "frame", false]);
  });

  it("does not wait when the network is back", () => {
    wire().onclose?.();
    socket.wake();
    expect(wires).toHaveLength(2);
    clock.advance(5_000);
    expect(wires).toHaveLength(2);
  });

  it("says once that its person is signed out, and stays away", () => {
    wire().hear({ type: "error", code: "sign_in_required", message: "Sign in." });
    expect(told).toEqual(["signed out"]);
    clock.advance(60_000);
    expect(wires).toHaveLength(1);
  });

  it("tries again after other refusals, and leaves for good when told to", () => {
    wire().hear({ type: "error", code: "internal_error" });
    wire().onclose?.();
    clock.advance(400);
    expect(wires).toHaveLength(2);
    socket.close();
    clock.advance(60_000);
    expect(wires).toHaveLength(2);
    expect(wire().isClosed).toBe(true);
  });
});
