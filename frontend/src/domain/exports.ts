/** What can be exported as what, and how an export stands, in words. Pure. */
import type { ArtifactKind } from "../protocol/events.gen";
import type {
  Approximation,
  ExportFormat,
  ExportOptions,
  ExportState,
  ExportStatus,
} from "../protocol/exports";

/** One way to export: what the menu says, and what the server is asked for. */
export interface ExportChoice {
  readonly label: string;
  readonly detail: string;
  readonly format: ExportFormat;
  readonly options: ExportOptions;
}

const choice = (
  label: string,
  detail: string,
  format: ExportFormat,
  options: ExportOptions = {},
): ExportChoice => ({ label, detail, format, options });

const DECK: readonly ExportChoice[] = [
  choice("PDF", "One page a slide, text can be selected", "pdf"),
  choice("PPTX", "Text, shapes and charts stay editable", "pptx"),
  choice("PNG", "A ZIP with a picture of each slide", "png", { scale: 2 }),
  choice("HTML", "One file that opens without a network", "html"),
];

const POSTER: readonly ExportChoice[] = [
  choice("PDF", "In its true size, for print", "pdf"),
  choice("PNG", "A picture in twice its size", "png", { scale: 2 }),
  choice("SVG", "Scales without loss", "svg"),
  choice("HTML", "One file that opens without a network", "html"),
];

const PAGE: readonly ExportChoice[] = [
  choice("HTML", "One file that opens without a network", "html"),
  choice("ZIP", "The page and its files in a folder", "zip"),
  choice("PNG", "A picture of it", "png", { scale: 2 }),
  choice("PDF", "For print", "pdf"),
];

const PICTURE: readonly ExportChoice[] = [
  choice("SVG", "Scales without loss", "svg"),
  choice("PNG", "A picture in twice its size", "png", { scale: 2 }),
  choice("PDF", "For print", "pdf"),
];

const TEXT: readonly ExportChoice[] = [
  choice("PDF", "For print", "pdf"),
  choice("HTML", "One file that opens without a network", "html"),
];

const CHOICES: Readonly<Record<string, readonly ExportChoice[]>> = {
  deck: DECK,
  poster: POSTER,
  html: PAGE,
  svg: PICTURE,
};

/** What a kind can be exported as, the usual one first. */
export function exportChoices(kind: ArtifactKind): readonly ExportChoice[] {
  return CHOICES[kind] ?? TEXT;
}

const SIZES: readonly ExportChoice[] = [
  choice("1×", "As large as on the screen", "png", { scale: 1 }),
  choice("2×", "For sharp screens", "png", { scale: 2 }),
  choice("3×", "For large screens", "png", { scale: 3 }),
];
const PRINT = choice("300 dpi", "For print", "png", { dpi: 300 });

const SLIDESHOWS: readonly ExportChoice[] = [
  choice("Editable", "Text, shapes and charts can be changed in PowerPoint", "pptx"),
  choice("Pictures", "Looks exactly as here; nothing can be changed", "pptx-pictures"),
];

/** The variants of one format, if there are any: what a person chooses before exporting. */
export function exportVariants(kind: ArtifactKind, format: ExportFormat): readonly ExportChoice[] {
  if (format === "png") return kind === "poster" ? [...SIZES, PRINT] : SIZES;
  return format === "pptx" ? SLIDESHOWS : [];
}

/** Name of a format for people. */
export function formatName(format: ExportFormat): string {
  return format === "pptx-pictures" ? "PPTX" : format.toUpperCase();
}

const ENDED: readonly ExportState[] = ["done", "failed", "cancelled"];

/** Whether nothing more will come. */
export function hasEnded(status: ExportStatus): boolean {
  return ENDED.includes(status.state);
}

/** How far an export is, from 0 to 1; null while nobody knows. */
export function exportShare(status: ExportStatus): number | null {
  if (status.state === "done") return 1;
  return status.total > 0 ? Math.min(1, status.done / status.total) : null;
}

/** How an export stands, in a few words. */
export function exportLine(status: ExportStatus): string {
  switch (status.state) {
    case "queued":
      return "Waiting for its turn";
    case "running":
      return status.text || progressLine(status);
    case "done":
      return doneLine(status);
    case "failed":
      return status.error?.message ?? "The export failed; try again.";
    case "cancelled":
      return "Cancelled";
  }
}

function progressLine({ done, total }: ExportStatus): string {
  return total > 1 ? `${done} of ${total} pages` : "Working";
}

function doneLine({ file, report }: ExportStatus): string {
  const size = file ? formatBytes(file.bytes) : "";
  if (report.length === 0) return `Downloaded · ${size}`;
  const things = report.length === 1 ? "1 thing differs" : `${report.length} things differ`;
  return `Downloaded · ${size} · ${things}`;
}

/** "812 bytes", "40 KB", "3.2 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  if (bytes < 999_500) return `${Math.round(bytes / 1_000)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export interface ReportLine {
  readonly message: string;
  /** "Slide 3", "Slides 2, 5 and 6", or nothing where there are no pages. */
  readonly places: string;
  readonly count: number;
}

/** The report with each sentence once, and where it holds. */
export function summarizeReport(report: readonly Approximation[]): readonly ReportLine[] {
  const byMessage = new Map<string, Approximation[]>();
  for (const one of report) {
    byMessage.set(one.message, [...(byMessage.get(one.message) ?? []), one]);
  }
  return [...byMessage].map(([message, all]) => ({
    message,
    places: placesOf(all.map((one) => one.page).filter((page) => page !== null)),
    count: all.length,
  }));
}

function placesOf(pages: readonly number[]): string {
  const places = [...new Set(pages)].toSorted((a, b) => a - b).map(String);
  const last = places.pop();
  if (last === undefined) return "";
  return places.length === 0 ? `Slide ${last}` : `Slides ${places.join(", ")} and ${last}`;
}
