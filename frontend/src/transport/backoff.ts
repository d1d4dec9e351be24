const FIRST_MS = 400;
const LONGEST_MS = 15_000;

/** Milliseconds to wait before the given attempt (from 0): doubling, half of it by chance, so that
 * the browsers of a restarted server do not come back all at once. */
export function backoffMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return ceiling * (0.5 + random() / 2);
}
