/** What the page and the shell of the artifact frame say to each other, over one MessagePort. */
import type { PointedElement } from "../domain/pointing";
import type { ArtifactKind } from "../protocol/events.gen";

/** To the parent, the first child, or a neighbor. */
export type Direction = "up" | "down" | "left" | "right";

export type HostMessage =
  | { readonly type: "draft"; readonly kind: ArtifactKind; readonly content: string }
  | { readonly type: "load"; readonly kind: ArtifactKind; readonly content: string }
  | { readonly type: "theme"; readonly theme: "light" | "dark" }
  /** Outline what is at this point of the frame, in its CSS pixels. */
  | { readonly type: "point"; readonly x: number; readonly y: number }
  /** Outline a neighbor of what is outlined. */
  | { readonly type: "walk"; readonly direction: Direction }
  /** Tell the outlined element once more, as the chosen one. */
  | { readonly type: "choose" }
  /** Outline what a selector leads to, and bring it into view. */
  | { readonly type: "mark"; readonly selector: string }
  /** Scroll what is at this point. */
  | { readonly type: "scroll"; readonly x: number; readonly y: number; readonly by: number }
  /** Outline nothing. */
  | { readonly type: "unmark" };

/** A rectangle in the frame's CSS pixels, from its upper left corner. */
export interface FrameRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type ShellMessage =
  | { readonly type: "ready" }
  /** The first draft stands. */
  | { readonly type: "drawn" }
  | { readonly type: "loaded" }
  | { readonly type: "error"; readonly message: string; readonly count: number }
  | { readonly type: "link"; readonly href: string }
  | { readonly type: "beat" }
  /** Where the outlined element is now; null when there is none (any more). */
  | { readonly type: "outlined"; readonly rect: FrameRect | null }
  /** Which element is outlined, in answer to `point` and `walk`. */
  | { readonly type: "pointed"; readonly element: PointedElement }
  /** The same in answer to `choose`. */
  | { readonly type: "chosen"; readonly element: PointedElement };

/** Sent by window.postMessage, with the port, in answer to `ready`. */
export const PORT_MESSAGE = "atelier:port";
export const READY_MESSAGE = "atelier:ready";

const LONGEST_ERROR = 2_000;
const LONGEST_LINK = 4_000;
const LONGEST_ELEMENT_TEXT = 400;
const FARTHEST_PX = 100_000;

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function parseRect(value: unknown): FrameRect | null {
  if (!isFields(value)) return null;
  const { x, y, width, height } = value;
  const isNear = (one: unknown): one is number =>
    typeof one === "number" && Math.abs(one) <= FARTHEST_PX;
  if (!isNear(x) || !isNear(y) || !isNear(width) || !isNear(height)) return null;
  return { x, y, width: Math.max(0, width), height: Math.max(0, height) };
}

function parseElement(value: unknown): PointedElement | null {
  if (!isFields(value)) return null;
  const cut = (one: unknown): string =>
    typeof one === "string" ? one.slice(0, LONGEST_ELEMENT_TEXT) : "";
  const tag = cut(value.tag).toLowerCase();
  if (!/^[a-z][a-z0-9:-]{0,40}$/.test(tag)) return null;
  return { selector: cut(value.selector), tag, text: cut(value.text), opening: cut(value.opening) };
}

/** A message from the shell, or null. Artifacts run in the same realm as the shell, so whatever
 * comes from there is checked, cut to size and shown only as text. */
export function parseShellMessage(value: unknown): ShellMessage | null {
  if (!isFields(value)) return null;
  const { type, message, count, href } = value;
  switch (type) {
    case "ready":
    case "drawn":
    case "loaded":
    case "beat":
      return { type };
    case "error":
      if (typeof message !== "string" || typeof count !== "number") return null;
      return { type, message: message.slice(0, LONGEST_ERROR), count: Math.trunc(count) || 1 };
    case "link":
      return typeof href === "string" && href.length <= LONGEST_LINK ? { type, href } : null;
    case "outlined":
      return { type, rect: parseRect(value.rect) };
    case "pointed":
    case "chosen": {
      const element = parseElement(value.element);
      return element && { type, element };
    }
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
