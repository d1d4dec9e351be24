/** Fits a slide into the room there is. Pure. */

/** A deck's page in CSS pixels. */
export const SLIDE_WIDTH = 1280;
export const SLIDE_HEIGHT = 720;

export interface Fit {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** The largest slide in the middle of a room of this size, which may be nothing. */
export function fitSlide(width: number, height: number, margin = 0): Fit {
  const wide = (width - 2 * margin) / SLIDE_WIDTH;
  const high = (height - 2 * margin) / SLIDE_HEIGHT;
  const scale = Math.max(0, Math.min(wide, high));
  return {
    scale,
    left: (width - SLIDE_WIDTH * scale) / 2,
    top: (height - SLIDE_HEIGHT * scale) / 2,
  };
}
