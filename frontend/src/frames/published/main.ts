/** The page around a publication. It is ours and runs under its own policy; the made document is
 * fetched as text and put into the sealed frame, one frame for each page of a deck. */
import { safeLink, type ShellMessage } from "../messages";
import { PreviewFrame } from "../preview-frame";
import { type Facts, pageForKey, placeSheet } from "./facts";

const find = <Kind extends HTMLElement>(selector: string): Kind => {
  const element = document.querySelector<Kind>(selector);
  if (!element) throw new Error(`no ${selector}`);
  return element;
};

const facts = JSON.parse(find("#publication").textContent) as Facts;
const stage = find("main");
const previous = find<HTMLButtonElement>("#previous");
const next = find<HTMLButtonElement>("#next");
const isDeck = facts.kind === "deck";
/** A page whose script never ends is shown all the same. */
const PATIENCE_MS = 4_000;

let page = 0;
let shown: PreviewFrame | null = null;
let coming: PreviewFrame | null = null;

function alertReader(...content: (string | Node)[]): void {
  const box = find("aside");
  box.replaceChildren(...content);
  box.hidden = false;
}

function showLink(href: string): void {
  const safe = safeLink(href);
  if (safe === null) return;
  const link = Object.assign(document.createElement("a"), {
    href: safe,
    target: "_blank",
    rel: "noopener noreferrer",
    textContent: safe,
  });
  link.addEventListener("click", () => (find("aside").hidden = true));
  alertReader("This leads to another site: ", link);
}

function place(frame: PreviewFrame): void {
  if (facts.width === null || facts.height === null) return;
  const sheet = { width: facts.width, height: facts.height };
  const { left, top, scale } = placeSheet(sheet, {
    width: stage.clientWidth,
    height: stage.clientHeight,
  });
  Object.assign(frame.element.style, {
    width: `${sheet.width}px`,
    height: `${sheet.height}px`,
    transform: `translate(${left}px, ${top}px) scale(${scale})`,
  });
}

function reveal(frame: PreviewFrame): void {
  if (frame !== coming) return;
  shown?.destroy();
  shown = frame;
  coming = null;
  frame.element.classList.remove("coming");
  // A game hears the keys at once; a deck's keys are heard here.
  if (!isDeck) frame.focus();
}

function addFrame(content: string): void {
  coming?.destroy();
  const frame: PreviewFrame = new PreviewFrame(location.origin, (message: ShellMessage) => {
    if (message.type === "loaded") reveal(frame);
    if (message.type === "link") showLink(message.href);
  });
  coming = frame;
  frame.element.title = facts.pages[page] ?? facts.title;
  frame.element.classList.add("coming");
  place(frame);
  stage.append(frame.element);
  frame.send({ type: "load", kind: "html", content });
  setTimeout(() => reveal(frame), PATIENCE_MS);
}

async function show(number: number): Promise<void> {
  page = number;
  find("#position").textContent = `${page + 1} / ${facts.pages.length}`;
  previous.disabled = page === 0;
  next.disabled = page === facts.pages.length - 1;
  const response = await fetch(`${location.pathname}/${page + 1}`);
  if (!response.ok) return alertReader("This is not published any more.");
  const content = await response.text();
  if (page === number) addFrame(content);
}

function turn(key: string): boolean {
  const wanted = isDeck ? pageForKey(key, page, facts.pages.length) : null;
  if (wanted === null) return false;
  if (wanted !== page) void show(wanted);
  return true;
}

find("h1").textContent = facts.title;
find<HTMLAnchorElement>("#remix").href = facts.remix;
find("nav").hidden = !isDeck;
stage.classList.toggle("deck", isDeck);
stage.classList.toggle("fixed", facts.width !== null);
previous.addEventListener("click", () => turn("ArrowLeft"));
next.addEventListener("click", () => turn("ArrowRight"));
stage.addEventListener("click", ({ clientX }) =>
  turn(clientX < stage.clientWidth / 3 ? "ArrowLeft" : "ArrowRight"),
);
addEventListener("keydown", (event) => {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const isOnControl = event.target instanceof Element && event.target.closest("a, button");
  if (isPlain && !(isOnControl && event.key === " ") && turn(event.key)) event.preventDefault();
});
addEventListener("resize", () => [shown, coming].forEach((frame) => frame && place(frame)));
void show(0);
