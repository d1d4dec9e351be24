/** What the server says of a publication, and where its pages stand in the window. */

export interface Facts {
  readonly title: string;
  readonly kind: string;
  readonly pages: readonly string[];
  /** CSS pixels, or null where the document fills the window. */
  readonly width: number | null;
  readonly height: number | null;
  readonly remix: string;
}

export interface Box {
  readonly width: number;
  readonly height: number;
}

export interface Placement {
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}

const MARGIN = 24;

/** A sheet of fixed size, whole and in the middle of its stage. */
export function placeSheet(sheet: Box, stage: Box): Placement {
  const room = { width: stage.width - 2 * MARGIN, height: stage.height - 2 * MARGIN };
  const scale = Math.max(0.05, Math.min(room.width / sheet.width, room.height / sheet.height));
  return {
    left: Math.max(0, (stage.width - sheet.width * scale) / 2),
    top: Math.max(0, (stage.height - sheet.height * scale) / 2),
    scale,
  };
}

/** The page that a key leads to, counted from 0; null where the key means nothing. */
export function pageForKey(key: string, page: number, count: number): number | null {
  const steps: Record<string, number> = {
    ArrowRight: page + 1,
    ArrowDown: page + 1,
    PageDown: page + 1,
    " ": page + 1,
    ArrowLeft: page - 1,
    ArrowUp: page - 1,
    PageUp: page - 1,
    Home: 0,
    End: count - 1,
  };
  const wanted = steps[key];
  return wanted === undefined ? null : Math.min(count - 1, Math.max(0, wanted));
}
