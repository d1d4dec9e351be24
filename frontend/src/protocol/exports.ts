/** Exports over HTTP: files made from a version. */

export type ExportFormat = "pdf" | "pptx" | "pptx-pictures" | "png" | "svg" | "html" | "zip";

export type ExportState = "queued" | "running" | "done" | "failed" | "cancelled";

/** How a picture is sized: times its CSS size, or for print. */
export interface ExportOptions {
  readonly scale?: number;
  readonly dpi?: number;
}

/** Something that could not be carried over as it is. */
export interface Approximation {
  /** Place of the page, or null where there are no pages. */
  readonly page: number | null;
  readonly element: string;
  readonly message: string;
}

export interface ExportStatus {
  readonly id: string;
  readonly state: ExportState;
  readonly done: number;
  readonly total: number;
  readonly text: string;
  readonly report: readonly Approximation[];
  readonly file: { readonly name: string; readonly bytes: number } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}
