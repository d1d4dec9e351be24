/** Drafts: a document that is still being written, shown without anything in it running.
 *
 * What is written goes into a parser that goes on where it stopped, of a document that no window
 * shows and in which nothing runs. What the parser has added is copied, scrubbed, into the document
 * that shows. So a draft costs what is new in it, however long it has become, and nothing that
 * stands is touched.
 */

/** Elements that run, fetch, frame or lead away. */
const REMOVED =
  "script, iframe, frame, frameset, object, embed, base, link, portal, template, meta[http-equiv]";

const RUNNING_VALUE = /^(?:javascript|vbscript|data:text\/html)/i;

function isRemoved(element: Element): boolean {
  return element.matches(REMOVED) || /script$/i.test(element.localName);
}

function scrubAttributes(element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    // Browsers skip control characters and white space before and inside a scheme.
    // eslint-disable-next-line no-control-regex
    const plain = value.replace(/[\u0000-\u0020\u007f-\u009f]/g, "");
    const runs = RUNNING_VALUE.test(plain) || /^on/i.test(name) || name === "srcdoc";
    if (runs || name === "autofocus") element.removeAttribute(name);
  }
}

/** One draft, from its first character on. */
class Draft {
  readonly #page = document.implementation.createHTMLDocument("");
  readonly #changes = new MutationObserver(() => undefined);
  /** The shown node of each parsed one; null for those that are not shown, nor what is in them. */
  readonly #shown = new WeakMap<Node, Node | null>();
  #written = "";

  constructor() {
    this.#page.open();
    this.#changes.observe(this.#page, {
      attributes: true,
      characterData: true,
      childList: true,
      subtree: true,
    });
  }

  /** Whether `html` is this draft, written further. */
  isContinuedBy(html: string): boolean {
    return html.startsWith(this.#written);
  }

  write(html: string): void {
    const added = html.slice(this.#written.length);
    if (added === "") return;
    this.#written = html;
    this.#page.write(added);
    const changes = this.#changes.takeRecords();
    const { body } = this.#page;
    if (!(body instanceof HTMLBodyElement)) return;
    if (this.#shown.has(body)) this.#follow(changes);
    else this.#begin(body);
    showStyles(this.#page);
  }

  #begin(body: HTMLBodyElement): void {
    const copy = this.#copy(body);
    if (copy instanceof Element) document.body.replaceWith(copy);
  }

  #follow(changes: readonly MutationRecord[]): void {
    const parents = new Set<Node>();
    for (const { type, target } of changes) {
      const shown = this.#shown.get(target);
      if (!shown) continue;
      if (type === "childList") parents.add(target);
      else if (shown instanceof CharacterData) shown.data = (target as CharacterData).data;
      else this.#copyAttributes(target as Element, shown as Element);
    }
    for (const parent of parents) this.#arrange(parent);
  }

  /** Gives the shown node of `parent` the children that it has now, in their order. */
  #arrange(parent: Node): void {
    const shownParent = this.#shown.get(parent);
    if (!shownParent) return;
    let next = shownParent.firstChild;
    for (const child of parent.childNodes) {
      const known = this.#shown.get(child);
      const shown = known === undefined ? this.#copy(child) : known;
      if (shown === null) continue;
      if (shown === next) next = next.nextSibling;
      else shownParent.insertBefore(shown, next);
    }
    while (next) {
      const gone = next;
      next = next.nextSibling;
      gone.remove();
    }
  }

  /** The node as it is shown, with all that is in it. It stays in a document without a window until
   * it is scrubbed: a copy in the shown one would begin to fetch. */
  #copy(node: Node): Node | null {
    if (node instanceof Element && isRemoved(node)) {
      this.#shown.set(node, null);
      return null;
    }
    const copy = node.cloneNode(false);
    if (copy instanceof Element) scrubAttributes(copy);
    this.#shown.set(node, copy);
    for (const child of node.childNodes) {
      const shown = this.#copy(child);
      if (shown) copy.appendChild(shown);
    }
    return copy;
  }

  /** A second tag of the body gives the first one its attributes. */
  #copyAttributes(element: Element, shown: Element): void {
    const copy = element.cloneNode(false) as Element;
    scrubAttributes(copy);
    for (const { name, value } of copy.attributes) shown.setAttribute(name, value);
  }
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

let draft: Draft | null = null;

/** Shows the draft as far as it is written. A page of a fixed size has no end to follow. */
export function showDraft(html: string, isFollowed = true): void {
  if (!draft?.isContinuedBy(html)) {
    draft = new Draft();
    document.body.replaceChildren();
  }
  draft.write(html);
  if (isFollowed) followEnd();
}

/** Keeps the part that is being written in view. */
function followEnd(): void {
  const root = document.scrollingElement;
  if (root) root.scrollTop = root.scrollHeight;
}
