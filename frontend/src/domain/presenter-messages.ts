/** What the window that presents and the presenter's window say to each other. Pure. */
import type { Curtain } from "./presentation";

/** From the presenter's window: it is there, or it wants something. */
export type PresenterWish =
  | { readonly type: "hello" }
  | { readonly type: "go"; readonly position: number }
  | { readonly type: "key"; readonly key: string; readonly withShift: boolean };

/** From the window that presents. `elapsedMs` is how long it has run. */
export type PresenterNews =
  | {
      readonly type: "state";
      readonly version: number;
      readonly position: number;
      readonly curtain: Curtain;
      readonly elapsedMs: number;
    }
  | { readonly type: "over" };

const CURTAINS: readonly unknown[] = ["none", "black", "white"];
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) > 0;

/** A wish that came through the channel, or null: any page of this origin may speak there. */
export function parseWish(value: unknown): PresenterWish | null {
  if (typeof value !== "object" || value === null) return null;
  const { type, position, key, withShift } = value as Record<string, unknown>;
  if (type === "hello") return { type };
  if (type === "go" && isCount(position)) return { type, position };
  if (type === "key" && typeof key === "string") return { type, key, withShift: withShift === true };
  return null;
}

/** News that came through the channel, or null. */
export function parseNews(value: unknown): PresenterNews | null {
  if (typeof value !== "object" || value === null) return null;
  const { type, version, position, curtain, elapsedMs } = value as Record<string, unknown>;
  if (type === "over") return { type };
  if (type !== "state" || !isCount(version) || !isCount(position)) return null;
  if (!CURTAINS.includes(curtain) || typeof elapsedMs !== "number") return null;
  return { type, version, position, curtain: curtain as Curtain, elapsedMs };
}
