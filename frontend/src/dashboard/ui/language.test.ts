import { expect, it } from "vitest";
import { validLanguage } from "./language";

it("takes a language that formatters would refuse for one that they know", () => {
  const told = ["de-AT", "en-US@posix", "zh-Hant-TW", "", "C.UTF-8", "@posix"].map(validLanguage);
  expect(told).toEqual(["de-AT", "en-US", "zh-Hant-TW", "en", "en", "en"]);
  for (const tag of told) expect(() => new Intl.NumberFormat(tag)).not.toThrow();
});
