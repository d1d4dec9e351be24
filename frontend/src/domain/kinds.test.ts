import { expect, it } from "vitest";
import type { ArtifactKind } from "../protocol/events.gen";
import { kindNoun, kindStage, showsDrafts, sourceLanguage } from "./kinds";

it("knows each kind, and takes one that a newer server has for a file", () => {
  expect(kindNoun("poster")).toBe("Poster");
  expect(kindNoun("hologram" as ArtifactKind)).toBe("File");
  expect(kindStage("hologram" as ArtifactKind)).toBe("source");
});

it("draws what can be drawn while it is written", () => {
  const drawn = (["html", "svg", "poster", "markdown"] as const).every(showsDrafts);
  expect(drawn).toBe(true);
  expect(showsDrafts("mermaid") || showsDrafts("code")).toBe(false);
});

it.each([
  ["code", "py", "python"],
  ["code", "TypeScript", "typescript"],
  ["code", "rust", "rust"],
  ["code", null, null],
  ["svg", null, "xml"],
  ["html", "python", "html"],
] as const)("the source of %s in %o is %o", (kind, said, language) =>
  expect(sourceLanguage(kind, said)).toBe(language),
);
