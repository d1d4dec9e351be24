/** Sizes of posters: from the words they are stored in to CSS pixels, and how large they show. Pure. */

/** A poster's proportions in CSS pixels, with its size in words. */
export interface PosterSize {
  readonly width: number;
  readonly height: number;
  /** "A4", "A4 landscape", "1080 × 1920 px". */
  readonly label: string;
}

export const SMALLEST_ZOOM = 0.25;
export const LARGEST_ZOOM = 2;
export const ZOOM_STEPS: readonly number[] = [0.25, 0.5, 0.75, 1, 1.5, 2];

const PX_PER_MM = 96 / 25.4;

/** Width and height in millimeters, portrait. */
const PAPER: Readonly<Record<string, readonly [number, number]>> = {
  a0: [841, 1189],
  a1: [594, 841],
  a2: [420, 594],
  a3: [297, 420],
  a4: [210, 297],
  letter: [215.9, 279.4],
};

/** Width and height in CSS pixels. */
const SCREEN: Readonly<Record<string, readonly [number, number]>> = {
  square: [1080, 1080],
  story: [1080, 1920],
  banner: [1500, 500],
};

const NAMED = /^([a-z0-9]+)(?:\s+(landscape|portrait))?$/i;
const MEASURED = /^(\d+(?:\.\d+)?)\s*[x×]\s*(\d+(?:\.\d+)?)\s*(mm|px)$/i;

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).toLowerCase();
}

/** `turned`: "landscape" or "portrait" turns a sheet that does not stand so already. */
function namedSize(name: string, turned: string): PosterSize | null {
  const paper = PAPER[name.toLowerCase()];
  const [first = 0, second = 0] = paper?.map((mm) => mm * PX_PER_MM) ?? SCREEN[name.toLowerCase()] ?? [];
  if (first === 0) return null;
  const isTurned = turned === "landscape" ? first < second : turned === "portrait" && first > second;
  const [width, height] = isTurned ? [second, first] : [first, second];
  if (!paper) return { width, height, label: `${width} × ${height} px` };
  return { width, height, label: isTurned ? `${capitalized(name)} ${turned}` : capitalized(name) };
}

function measuredSize(width: number, height: number, unit: string): PosterSize | null {
  if (width <= 0 || height <= 0) return null;
  const factor = unit === "mm" ? PX_PER_MM : 1;
  return { width: width * factor, height: height * factor, label: `${width} × ${height} ${unit}` };
}

/** The size that words like "A3 landscape", "story" or "600x400mm" stand for; A4 when they stand for
 * none. */
export function posterSize(words: string | null | undefined): PosterSize {
  const text = (words ?? "").trim();
  const measured = MEASURED.exec(text);
  const named = NAMED.exec(text);
  const found = measured
    ? measuredSize(Number(measured[1]), Number(measured[2]), (measured[3] ?? "px").toLowerCase())
    : namedSize(named?.[1] ?? "", (named?.[2] ?? "").toLowerCase());
  return found ?? { width: 210 * PX_PER_MM, height: 297 * PX_PER_MM, label: "A4" };
}

/** The zoom at which a sheet fits into a box with a margin around it; never above 100 %. */
export function fittingZoom(
  sheet: { readonly width: number; readonly height: number },
  box: { readonly width: number; readonly height: number },
  marginPx: number,
): number {
  const width = Math.max(1, box.width - 2 * marginPx);
  const height = Math.max(1, box.height - 2 * marginPx);
  return Math.min(1, width / sheet.width, height / sheet.height);
}

/** The next larger or smaller step from a zoom that may lie between two of them. */
export function steppedZoom(zoom: number, direction: 1 | -1): number {
  const isBeyond = (step: number): boolean => (step - zoom) * direction > 0.001;
  const next = direction === 1 ? ZOOM_STEPS.find(isBeyond) : ZOOM_STEPS.findLast(isBeyond);
  return next ?? (direction === 1 ? LARGEST_ZOOM : SMALLEST_ZOOM);
}

/** "75 %". */
export function zoomLabel(zoom: number): string {
  return `${Math.round(zoom * 100)} %`;
}
