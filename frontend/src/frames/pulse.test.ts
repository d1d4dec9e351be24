import { expect, it } from "vitest";
import { Pulse } from "./pulse";

it("finds a frame frozen when beats stop, and alive when they come back", () => {
  const pulse = new Pulse();
  pulse.start(0);
  pulse.beat(1_000);
  expect(pulse.isFrozen(5_900)).toBe(false);
  expect(pulse.isFrozen(6_100)).toBe(true);
  pulse.beat(6_200);
  expect(pulse.isFrozen(6_300)).toBe(false);
});

it("expects nothing before a start and after a pause", () => {
  const pulse = new Pulse();
  expect(pulse.isFrozen(99_999)).toBe(false);
  pulse.start(0);
  pulse.pause();
  pulse.skip(10);
  expect(pulse.isFrozen(99_999)).toBe(false);
});

it("does not hold the time against it in which the page was hidden", () => {
  const pulse = new Pulse();
  pulse.start(0);
  pulse.skip(60_000);
  expect(pulse.isFrozen(61_000)).toBe(false);
});
