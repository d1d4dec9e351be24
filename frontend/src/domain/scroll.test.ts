import { beforeEach, describe, expect, it } from "vitest";
import { ScrollController, type ScrollMetrics } from "./scroll";

const at = (top: number, height = 2_000): ScrollMetrics => ({ top, viewport: 500, height });

describe("the scroll controller", () => {
  let controller: ScrollController;

  beforeEach(() => {
    controller = new ScrollController();
    controller.scrolled(at(1_500), 0);
  });

  it("follows the end while text grows", () => {
    expect(controller.grew(at(1_500, 2_400))).toBe(true);
  });

  it("lets go when the reader scrolls up", () => {
    controller.moveUp(100);
    controller.scrolled(at(1_380), 150);
    expect(controller.grew(at(1_380, 2_400))).toBe(false);
  });

  it("stays when the page itself scrolls or the content shrinks", () => {
    controller.scrolled(at(1_200), 100);
    expect(controller.grew(at(1_200, 2_400))).toBe(true);
  });

  it("does not take a wheel turn of long ago for the reason", () => {
    controller.moveUp(0);
    controller.scrolled(at(1_200), 5_000);
    expect(controller.isPinned).toBe(true);
  });

  it("follows again when the reader comes back to the end", () => {
    controller.moveUp(100);
    controller.scrolled(at(900), 150);
    controller.scrolled(at(1_470), 900);
    expect(controller.isPinned).toBe(true);
  });

  it("offers the way back only from far away, until the end is reached", () => {
    controller.moveUp(100);
    controller.scrolled(at(1_400), 150);
    expect(controller.isFar).toBe(false);
    controller.scrolled(at(1_100), 200);
    expect(controller.isFar).toBe(true);
    controller.scrolled(at(1_400), 300);
    expect(controller.isFar).toBe(true);
    controller.pin();
    expect(controller.isFar).toBe(false);
  });

  it("offers the way back when the answer grows away from a reader who stays", () => {
    controller.moveUp(100);
    controller.scrolled(at(1_400), 150);
    controller.grew(at(1_400, 2_900));
    expect(controller.isFar).toBe(true);
  });
});
