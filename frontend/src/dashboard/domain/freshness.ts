/** How old the figures on the page are, and what to say of it. Pure. */

/** A frame comes every second; three missed ones are noticed. */
export const STALE_AFTER_MS = 3_500;

export interface Freshness {
  readonly isStale: boolean;
  /** A sentence, or empty while all is well. */
  readonly text: string;
}

/** `heardAt` and `now` are milliseconds of one clock; null: nothing has been heard yet. */
export function freshness(heardAt: number | null, now: number, isOnline: boolean): Freshness {
  if (heardAt === null) {
    return { isStale: true, text: isOnline ? "" : "The server cannot be reached. Trying again." };
  }
  const ageMs = now - heardAt;
  if (isOnline && ageMs < STALE_AFTER_MS) return { isStale: false, text: "" };
  const age = `figures are ${Math.round(ageMs / 1000)} s old`;
  if (!isOnline) return { isStale: true, text: `Connection lost, ${age}. Trying again.` };
  return { isStale: true, text: `The server sends nothing, ${age}.` };
}
