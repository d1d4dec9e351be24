/** An element in words: a selector, its text, its opening tag. */
import type { PointedElement } from "../../domain/pointing";

const LONGEST_TEXT = 200;
const LONGEST_OPENING = 300;

function isOnly(element: Element, selector: string): boolean {
  try {
    return element.ownerDocument.querySelectorAll(selector).length === 1;
  } catch {
    return false;
  }
}

function step(element: Element): string {
  const name = element.localName;
  const parent = element.parentElement;
  if (!parent) return name;
  const same = [...parent.children].filter((one) => one.localName === name);
  return same.length === 1 ? name : `${name}:nth-of-type(${same.indexOf(element) + 1})`;
}

/** A CSS selector that leads to the element alone: from its own id, or from the nearest one above. */
export function selectorOf(element: Element): string {
  const steps: string[] = [];
  for (let one: Element | null = element; one; one = one.parentElement) {
    const byId = one.id === "" ? "" : `#${CSS.escape(one.id)}`;
    if (byId !== "" && isOnly(one, byId)) return [byId, ...steps].join(" > ");
    steps.unshift(step(one));
    if (one === element.ownerDocument.body) break;
  }
  return steps.join(" > ");
}

function openingTag(element: Element): string {
  const copy = element.cloneNode(false) as Element;
  return copy.outerHTML.split(/<\/[^<]*$/)[0] ?? "";
}

/** What the page is told of an element. */
export function describeElement(element: Element): PointedElement {
  // What is drawn has no innerText.
  const text = (element as Partial<HTMLElement>).innerText ?? element.textContent;
  return {
    selector: selectorOf(element),
    tag: element.localName,
    text: (text ?? "").replace(/\s+/g, " ").trim().slice(0, LONGEST_TEXT),
    opening: openingTag(element).slice(0, LONGEST_OPENING),
  };
}
