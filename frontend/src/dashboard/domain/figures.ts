/** Figures as a person reads them. What is not known is a dash. Pure. */

export const UNKNOWN = "–";

type Maybe = number | null | undefined;

const isKnown = (value: Maybe): value is number => value !== null && value !== undefined && Number.isFinite(value);

const COUNT = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const BYTE_UNITS = ["B", "KB", "MB", "GB", "TB", "PB"] as const;

/** "1,234". */
export function formatCount(value: Maybe): string {
  return isKnown(value) ? COUNT.format(value) : UNKNOWN;
}

/** "1.2M": for counters that only grow. */
export function formatShort(value: Maybe): string {
  return isKnown(value) ? SHORT.format(value) : UNKNOWN;
}

/** "1.4 GB": powers of 1024, three digits at most. */
export function formatBytes(value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN;
  let amount = value;
  let unit = 0;
  while (amount >= 1000 && unit < BYTE_UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${unit > 0 && amount < 100 ? amount.toFixed(1) : Math.round(amount)} ${BYTE_UNITS[unit]}`;
}

/** "42 %" of a share from 0 to 1; small shares keep a digit. */
export function formatShare(value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN;
  const percent = value * 100;
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** "38.2" or "412": tokens a second, with as many digits as mean something. */
export function formatRate(value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN;
  return value > 0 && value < 100 ? value.toFixed(1) : COUNT.format(value);
}

/** "840 ms", "3.2 s", "1 min 5 s": how long something took, given seconds. */
export function formatSeconds(value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN;
  if (value < 0.01) return `${(value * 1000).toFixed(1)} ms`;
  if (value < 1) return `${Math.round(value * 1000)} ms`;
  if (value < 10) return `${value.toFixed(1)} s`;
  return formatAge(value);
}

/** "12 s", "4 min", "3 h 20 min", "2 d 4 h": how long something lasts or is past, in whole units. */
export function formatAge(value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN;
  const seconds = Math.max(0, Math.floor(value));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 600) return pair(seconds, 60, "min", "s");
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return pair(Math.floor(seconds / 60), 60, "h", "min");
  return pair(Math.floor(seconds / 3_600), 24, "d", "h");
}

function pair(value: number, base: number, big: string, small: string): string {
  const rest = value % base;
  return `${Math.floor(value / base)} ${big}${rest ? ` ${rest} ${small}` : ""}`;
}

/** A part of a whole from 0 to 1; null where the whole is not known or nothing. */
export function shareOf(part: Maybe, whole: Maybe): number | null {
  return isKnown(part) && isKnown(whole) && whole > 0 ? Math.min(1, part / whole) : null;
}

/** "watts" with a unit, or a dash. */
export function withUnit(value: Maybe, unit: string): string {
  return isKnown(value) ? `${COUNT.format(value)} ${unit}` : UNKNOWN;
}
