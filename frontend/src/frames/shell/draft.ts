/** Drafts: a document that is still being written, shown without anything in it running. */
import { Idiomorph } from "idiomorph";

/** Elements that run, fetch, frame or lead away. */
const REMOVED =
  "script, iframe, frame, frameset, object, embed, base, link, portal, template, meta[http-equiv]";

const RUNNING_VALUE = /^(?:javascript|vbscript|data:text\/html)/i;

function scrubAttributes(element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    // Browsers skip control characters and white space before and inside a scheme.
    // eslint-disable-next-line no-control-regex
    const plain = value.replace(/[\u0000-\u0020\u007f-\u009f]/g, "");
    const runs = RUNNING_VALUE.test(plain) || /^on/i.test(name) || name === "srcdoc";
    if (runs || name === "autofocus") element.removeAttribute(name);
  }
}

/** Takes out of a parsed, inert document whatever could run; returns the document. */
export function scrubDocument(page: Document): Document {
  for (const element of page.querySelectorAll(REMOVED)) element.remove();
  for (const element of page.querySelectorAll("*")) {
    if (/script$/i.test(element.localName)) element.remove();
    else scrubAttributes(element);
  }
  return page;
}

/** The first characters of a tag or an entity, which would be taken for text. */
const UNFINISHED_END = /(?:<\/?|&#?\w*)$/;

/** Parses a draft, however half-written, into a document in which nothing can run. */
export function parseDraft(html: string): Document {
  const whole = html.replace(UNFINISHED_END, "");
  return scrubDocument(new DOMParser().parseFromString(whole, "text/html"));
}

const STYLE_ID = "atelier-draft-style";

function showStyles(page: Document): void {
  const css = [...page.head.querySelectorAll("style")].map((style) => style.textContent).join("\n");
  let style = document.getElementById(STYLE_ID);
  if (!style) {
    style = document.createElement("style");
    style.id = STYLE_ID;
    document.head.append(style);
  }
  if (style.textContent !== css) style.textContent = css;
}

/** Changes the shown document into the draft, touching only what differs. A page of a fixed size has
 * no end to follow. */
export function showDraft(html: string, isFollowed = true): void {
  const page = parseDraft(html);
  showStyles(page);
  if (!grow(document.body, page.body)) {
    Idiomorph.morph(document.body, page.body, { morphStyle: "outerHTML", ignoreActive: false });
  }
  if (isFollowed) followEnd();
}

/** Adds to `shown` what `coming` has more at its end, at any depth. False, and nothing is changed,
 * where that is not the whole difference. A draft mostly grows there, and comparing is far cheaper
 * than morphing. */
function grow(shown: Element, coming: Element): boolean {
  if (!shown.cloneNode(false).isEqualNode(coming.cloneNode(false))) return false;
  let last = shown.firstChild;
  let next = coming.firstChild;
  while (last && next?.isEqualNode(last)) {
    last = last.nextSibling;
    next = next.nextSibling;
  }
  if (last) {
    if (last.nextSibling || !next || !growNode(last, next)) return false;
    next = next.nextSibling;
  }
  while (next) {
    const following: ChildNode | null = next.nextSibling;
    shown.append(next);
    next = following;
  }
  return true;
}

function growNode(shown: Node, coming: Node): boolean {
  if (shown instanceof Element && coming instanceof Element) return grow(shown, coming);
  if (!(shown instanceof Text && coming instanceof Text)) return false;
  if (!coming.data.startsWith(shown.data)) return false;
  shown.data = coming.data;
  return true;
}

/** Keeps the part that is being written in view. */
function followEnd(): void {
  const root = document.scrollingElement;
  if (root) root.scrollTop = root.scrollHeight;
}
