import { describe, expect, it } from "vitest";
import type { ArtifactPart, Part } from "../protocol/events.gen";
import { cardCheck, cardLine, cardVersion, doingWords, foldCards } from "./cards";

const part = (wish: Partial<ArtifactPart>): ArtifactPart => ({
  kind: "artifact",
  artifact: "a",
  artifact_kind: "html",
  title: "Flappy Bird",
  version: 1,
  content: "",
  action: "create",
  page: null,
  size: "",
  summary: "",
  check: null,
  ...wish,
});

const text = (words: string): Part => ({ kind: "text", text: words });

const cardsOf = (parts: readonly Part[]) =>
  foldCards(parts).flatMap((entry) => (entry.kind === "card" ? [entry.card] : []));

describe("cards", () => {
  it("stand for all that an answer did to one artifact, where it began", () => {
    const entries = foldCards([
      text("First"),
      part({}),
      text("Then"),
      part({ artifact: "b", artifact_kind: "svg" }),
      part({ version: 2, action: "edit", summary: "changed 2 lines" }),
      text("Done"),
    ]);
    expect(entries.map((entry) => [entry.kind, entry.index])).toEqual([
      ["part", 0],
      ["card", 1],
      ["part", 2],
      ["card", 3],
      ["part", 5],
    ]);
    const [page, picture] = entries.filter((entry) => entry.kind === "card");
    expect(page && cardLine(page.card)).toBe("Page · changed 2 lines · version 2");
    expect(picture && cardLine(picture.card)).toBe("Picture · version 1");
    expect(picture && cardLine(picture.card, 4)).toBe("Picture · changed by you · version 4");
  });

  it("count the pages of a deck that an answer made", () => {
    const deck = { artifact_kind: "deck", title: "Volcanoes" } as const;
    const pages = [1, 2, 3].map((position) =>
      part({ ...deck, action: "page", version: position + 1, summary: `page ${position} of 3` }),
    );
    const [card] = cardsOf([part({ ...deck, action: "deck" }), ...pages]);
    expect(card && cardLine(card)).toBe("Slides · 3 pages");
    const [changed] = cardsOf([part({ ...deck, action: "page", summary: "page 2 of 3" })]);
    expect(changed && cardLine(changed)).toBe("Slides · page 2 of 3");
  });

  it("keep the version and the check that stand while the next is written", () => {
    const check = { state: "warned", errors: 0, warnings: 1, text: "1 warning" } as const;
    const [card] = cardsOf([part({ check }), part({ version: null, action: "edit" })]);
    expect(card && cardVersion(card)).toBe(1);
    expect(card && cardCheck(card)).toBe(check);
  });

  it("say what is being done", () => {
    expect(doingWords(part({ action: "edit" }))).toBe("Editing…");
    const page = { id: null, position: 3, title: "Magma" };
    expect(doingWords(part({ action: "page", page }))).toBe("Writing page 3…");
    expect(doingWords(part({ content: "x".repeat(1200) }))).toBe("Writing… 1,200 characters");
  });
});
