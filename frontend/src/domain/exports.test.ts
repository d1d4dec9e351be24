import { describe, expect, it } from "vitest";
import type { ExportStatus } from "../protocol/exports";
import {
  exportChoices,
  exportLine,
  exportShare,
  exportVariants,
  formatBytes,
  summarizeReport,
} from "./exports";

const RUNNING: ExportStatus = {
  id: "e",
  state: "running",
  done: 3,
  total: 20,
  text: "",
  report: [],
  file: null,
  error: null,
};
const FILE = { name: "volcanoes.pdf", bytes: 2_345_678 };

describe("what can be exported", () => {
  it.each([
    ["deck", "PDF PPTX PNG HTML"],
    ["poster", "PDF PNG SVG HTML"],
    ["html", "HTML ZIP PNG PDF"],
    ["svg", "SVG PNG PDF"],
    ["markdown", "PDF HTML"],
    ["mermaid", "PDF HTML"],
    ["code", "PDF HTML"],
  ] as const)("a %s: %s", (kind, labels) => {
    expect(exportChoices(kind).map((one) => one.label).join(" ")).toBe(labels);
  });

  it("offers sizes of pictures, print for posters only, and two kinds of slide shows", () => {
    const labels = (...args: Parameters<typeof exportVariants>): string =>
      exportVariants(...args).map((one) => one.label).join(" ");
    expect(labels("deck", "png")).toBe("1× 2× 3×");
    expect(labels("poster", "png")).toBe("1× 2× 3× 300 dpi");
    expect(labels("deck", "pptx")).toBe("Editable Pictures");
    expect(labels("deck", "pdf")).toBe("");
  });
});

describe("how an export stands", () => {
  it("tells how far it is", () => {
    expect(exportLine(RUNNING)).toBe("3 of 20 pages");
    expect(exportLine({ ...RUNNING, text: "Merging" })).toBe("Merging");
    expect(exportShare(RUNNING)).toBe(0.15);
    expect(exportShare({ ...RUNNING, total: 0 })).toBeNull();
  });

  it("tells what came of it", () => {
    const report = [{ page: 2, element: "h1", message: "A blur became a picture." }];
    expect(exportLine({ ...RUNNING, state: "done", file: FILE })).toBe("Downloaded · 2.3 MB");
    expect(exportLine({ ...RUNNING, state: "done", file: FILE, report })).toMatch(/1 thing differs$/);
    const error = { code: "internal_error", message: "Chromium ended; try again." };
    expect(exportLine({ ...RUNNING, state: "failed", error })).toBe("Chromium ended; try again.");
  });
});

it.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [40_400, "40 KB"],
  [999_600, "1.0 MB"],
])("says %i bytes as %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

it("says each sentence of a report once", () => {
  const blur = { element: "div", message: "A blur became a picture." };
  const report = [
    { ...blur, page: 5 },
    { ...blur, page: 2 },
    { ...blur, page: 2 },
    { page: null, element: "body", message: "The font is not embedded." },
  ];
  expect(summarizeReport(report)).toEqual([
    { message: "A blur became a picture.", places: "Slides 2 and 5", count: 3 },
    { message: "The font is not embedded.", places: "", count: 1 },
  ]);
});
