import { describe, expect, it } from "vitest";
import type { Author, VersionSummary } from "../protocol/resources";
import { editedVersion, undoTarget, whenWords } from "./versions";

const version = (number: number, message: string, author: Author = "model"): VersionSummary => ({
  number,
  message,
  author,
  title: "T",
  created_at: "2026-01-01T12:00:00Z",
});

describe("an undo", () => {
  const target = (...versions: VersionSummary[]): number | undefined => undoTarget(versions)?.number;

  it("takes back all that the latest answer did", () => {
    expect(target(version(1, "a"), version(4, "b"), version(2, "a"), version(3, "b"))).toBe(2);
  });

  it("takes back one change of a person at a time", () => {
    const edits = [version(2, "a", "person"), version(3, "a", "person")];
    expect(target(version(1, "a"), ...edits)).toBe(2);
    expect(target(version(1, "a"), version(2, "a", "person"))).toBe(1);
  });

  it("can itself be taken back, since it made a version", () => {
    expect(target(version(1, "a"), version(2, "b"), version(3, "b", "person"))).toBe(2);
  });

  it("has nowhere to go from the first answer", () => {
    expect(target(version(1, "a"), version(2, "a"))).toBeUndefined();
    expect(target()).toBeUndefined();
  });
});

it("an answer's artifact leads to what a person made of it", () => {
  const versions = [version(1, "a"), version(2, "a", "person"), version(3, "b")];
  expect(editedVersion(versions, "a", 1)).toBe(2);
  expect(editedVersion(versions, "b", 3)).toBeNull();
  expect(editedVersion([version(1, "a")], "a", 1)).toBeNull();
});

it("says when, in the words of a person", () => {
  const now = new Date(2026, 0, 2, 15, 30);
  const at = (...when: [number, number, number, number, number]): string =>
    whenWords(new Date(...when).toISOString(), now);
  expect(at(2026, 0, 2, 15, 30)).toBe("just now");
  expect(at(2026, 0, 2, 15, 18)).toBe("12 minutes ago");
  expect(at(2026, 0, 2, 9, 41)).toMatch(/^9:41\sAM$/);
  expect(at(2025, 10, 3, 9, 41)).toMatch(/^Nov 3, 9:41\sAM$/);
  expect(whenWords("?", now)).toBe("");
});
