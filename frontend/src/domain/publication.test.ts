import { expect, it } from "vitest";
import { audienceOf, isOutdated, publicationLine } from "./publication";

const PUBLIC = { slug: "s", url: "http://x/p/s", visibility: "public", version: 2 } as const;

it("is private until it is published", () => {
  expect(audienceOf(null)).toBe("private");
  expect(isOutdated(null, 5)).toBe(false);
  expect(publicationLine(null, 5)).toBe("Nobody but you can see this.");
});

it("says which version others see", () => {
  expect(audienceOf(PUBLIC)).toBe("public");
  expect(publicationLine(PUBLIC, 2)).toBe("Version 2 is public.");
  expect(publicationLine(PUBLIC, 5)).toBe("Version 2 is public; you look at version 5.");
  expect(publicationLine({ ...PUBLIC, visibility: "link" }, 2)).toMatch(/anyone with the link\.$/);
  expect(isOutdated(PUBLIC, 5)).toBe(true);
});
