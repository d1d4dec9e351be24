/** The rooms point down: each may import only from those it is listed with. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SOURCE = dirname(fileURLToPath(import.meta.url));

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  domain: ["protocol"],
  transport: ["protocol", "domain"],
  frames: ["protocol", "domain"],
  state: ["protocol", "domain", "transport"],
  ui: ["protocol", "domain", "state", "frames", "styles"],
  styles: [],
  "dashboard/protocol": ["protocol"],
  "dashboard/domain": ["dashboard/protocol"],
  "dashboard/transport": ["dashboard/protocol", "transport"],
  "dashboard/state": [
    "dashboard/protocol",
    "dashboard/domain",
    "dashboard/transport",
    "transport",
    "state",
  ],
  "dashboard/ui": ["dashboard/protocol", "dashboard/domain", "dashboard/state", "ui", "styles", "state"],
};

/** Where an entry mounts its page: it may know every room below. */
const ENTRIES = ["dashboard/main.ts"];

const PURE = ["protocol", "domain", "dashboard/protocol", "dashboard/domain"];
const BROWSER = /\b(?:window|document|localStorage|sessionStorage|navigator|fetch)\s*[.(]/;

const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.(?:ts|svelte)$/.test(path) && path.includes("/") && !path.endsWith(".test.ts"))
  .filter((path) => !ENTRIES.includes(path))
  .map((path) => ({ path, text: readFileSync(join(SOURCE, path), "utf8") }));

/** The dashboard has rooms of its own, in the same order. */
const roomOf = (path: string): string =>
  path.split("/").slice(0, path.startsWith("dashboard/") ? 2 : 1).join("/");

/** Rooms that a file imports from, by its relative imports. */
function importedRooms(path: string, text: string): string[] {
  const imports = text.matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g);
  return [...imports].map(([, target = ""]) =>
    roomOf(relative(SOURCE, resolve(SOURCE, dirname(path), target))),
  );
}

describe("the rooms", () => {
  it("are all listed", () => {
    expect(new Set(files.map((file) => roomOf(file.path)))).toEqual(
      new Set(Object.keys(ALLOWED).filter((room) => room !== "styles")),
    );
  });

  it.each(files.map((file) => [file.path, file.text] as const))("%s points down", (path, text) => {
    const room = roomOf(path);
    const others = importedRooms(path, text).filter((target) => target !== room);
    expect(others.filter((target) => !ALLOWED[room]?.includes(target))).toEqual([]);
  });

  it.each(files.filter((file) => PURE.includes(roomOf(file.path))).map((file) => [file.path, file.text]))(
    "%s knows no browser",
    (_path, text) => expect(text).not.toMatch(BROWSER),
  );
});

describe("colors and sizes", () => {
  it.each(files.filter((file) => file.path.endsWith(".svelte")).map((file) => [file.path, file.text]))(
    "%s takes its colors from the tokens",
    (_path, text) => {
      const style = /<style>([\s\S]*)<\/style>/.exec(text ?? "")?.[1] ?? "";
      expect(style).not.toMatch(/#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(|light-dark\(/i);
    },
  );
});
