import type { ArtifactKind } from "../../protocol/events.gen";

const SVG_STYLE = `
html, body { height: 100%; margin: 0 }
body { display: grid; place-items: center; box-sizing: border-box; padding: 32px; background: #f6f5f2 }
:root[data-theme="dark"] body { background: #201f1d }
body > svg { display: block; max-width: 100%; max-height: calc(100vh - 64px) }
body > svg[viewBox] { width: min(100%, 760px); height: auto }
`;

/** The whole document that shows an artifact for which the server made none: a picture stands alone
 * in the middle of a page. Nothing stands behind the content: a draft only ever grows at its end. */
export function toPage(kind: ArtifactKind, content: string): string {
  if (kind !== "svg") return content;
  return `<!doctype html><html><head><meta charset="utf-8"><style>${SVG_STYLE}</style></head><body>${content}`;
}
