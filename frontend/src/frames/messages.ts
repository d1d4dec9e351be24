/** What the page and the shell of the artifact frame say to each other, over one MessagePort. */
import type { ArtifactKind } from "../protocol/events.gen";

export type HostMessage =
  | { readonly type: "draft"; readonly kind: ArtifactKind; readonly content: string }
  | { readonly type: "load"; readonly kind: ArtifactKind; readonly content: string }
  | { readonly type: "theme"; readonly theme: "light" | "dark" };

export type ShellMessage =
  | { readonly type: "ready" }
  | { readonly type: "loaded" }
  | { readonly type: "error"; readonly message: string; readonly count: number }
  | { readonly type: "link"; readonly href: string }
  | { readonly type: "beat" };

/** Sent by window.postMessage, with the port, in answer to `ready`. */
export const PORT_MESSAGE = "atelier:port";
export const READY_MESSAGE = "atelier:ready";

const LONGEST_ERROR = 2_000;
const LONGEST_LINK = 4_000;

/** A message from the shell, or null. Artifacts run in the same realm as the shell, so whatever
 * comes from there is checked, cut to size and shown only as text. */
export function parseShellMessage(value: unknown): ShellMessage | null {
  if (typeof value !== "object" || value === null) return null;
  const { type, message, count, href } = value as Record<string, unknown>;
  switch (type) {
    case "ready":
    case "loaded":
    case "beat":
      return { type };
    case "error":
      if (typeof message !== "string" || typeof count !== "number") return null;
      return { type, message: message.slice(0, LONGEST_ERROR), count: Math.trunc(count) || 1 };
    case "link":
      return typeof href === "string" && href.length <= LONGEST_LINK ? { type, href } : null;
    default:
      return null;
  }
}

/** The address of a link that may be opened in a new tab, or null. */
export function safeLink(href: string): string | null {
  if (!URL.canParse(href)) return null;
  const url = new URL(href);
  return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
}
