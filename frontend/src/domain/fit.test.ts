import { expect, it } from "vitest";
import { fitSlide } from "./fit";

it.each([
  [1280, 720, { scale: 1, left: 0, top: 0 }],
  [640, 720, { scale: 0.5, left: 0, top: 180 }],
  [2560, 720, { scale: 1, left: 640, top: 0 }],
])("fits into %i × %i", (width, height, fit) => expect(fitSlide(width, height)).toEqual(fit));

it("keeps a margin", () => expect(fitSlide(664, 1000, 12).scale).toBe(0.5));

it("is nothing where there is no room", () => expect(fitSlide(10, 0, 12).scale).toBe(0));
