// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ShellMessage } from "../messages";

let hit: Element | null = null;
Document.prototype.elementFromPoint = () => hit;
Element.prototype.scrollIntoView = () => undefined;
vi.stubGlobal("CSS", { escape: (text: string) => text });
const { Outline } = await import("./outline");
const { selectorOf } = await import("./element");

const PAGE = `<main><h1 id="top">Hi <b>you</b></h1><ul><li>One</li><li class="x">Two</li></ul></main>`;

const find = (selector: string): Element => {
  const found = document.querySelector(selector);
  if (!found) throw new Error(selector);
  return found;
};

describe("the outline", () => {
  let told: ShellMessage[];
  let outline: InstanceType<typeof Outline>;

  beforeEach(() => {
    document.body.innerHTML = PAGE;
    told = [];
    outline = new Outline((message) => told.push(message));
  });

  const pointed = (): string[] =>
    told.flatMap((message) => (message.type === "pointed" ? [message.element.selector] : []));

  it("tells where an element is and what it is, and adds nothing to the page", () => {
    hit = find(".x");
    outline.receive({ type: "point", x: 1, y: 2 });
    expect(told.map((message) => message.type)).toEqual(["outlined", "pointed"]);
    expect(told[1]).toMatchObject({
      element: { tag: "li", text: "Two", opening: '<li class="x">' },
    });
    expect(document.body.innerHTML).toBe(PAGE);
  });

  it("is not led astray by what a page has put in the place of the browser's functions", () => {
    const swapped = vi.spyOn(document, "elementFromPoint").mockReturnValue(null);
    hit = find("h1");
    outline.receive({ type: "point", x: 1, y: 2 });
    expect(pointed()).toEqual(["#top"]);
    swapped.mockRestore();
  });

  it("walks with the arrows", () => {
    for (const direction of ["right", "down", "down", "right", "down", "right", "up"] as const) {
      outline.receive({ type: "walk", direction });
    }
    outline.receive({ type: "choose" });
    expect(told.at(-1)).toMatchObject({ type: "chosen", element: { selector: "body > main > ul" } });
    expect(pointed()).toEqual([
      "body",
      "body > main",
      "#top",
      "body > main > ul",
      "body > main > ul > li:nth-of-type(1)",
      "body > main > ul > li:nth-of-type(2)",
      "body > main > ul",
    ]);
  });

  it("marks what a selector leads to, and says when it leads nowhere", () => {
    outline.receive({ type: "mark", selector: "#top > b" });
    outline.receive({ type: "mark", selector: "#gone" });
    outline.receive({ type: "mark", selector: "no ( selector" });
    expect(told.map((message) => message.type === "outlined" && message.rect !== null)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("says so when the element goes away", async () => {
    hit = find(".x");
    outline.receive({ type: "point", x: 1, y: 2 });
    find("ul").remove();
    await vi.waitFor(() => expect(told.at(-1)).toEqual({ type: "outlined", rect: null }));
  });
});

it("names an element so that its selector leads back to it alone", () => {
  document.body.innerHTML = `<div id="a"><p>1</p><p>2</p></div><div id="a"><p>3</p></div><svg><g/></svg>`;
  for (const element of document.body.querySelectorAll("*")) {
    expect([...document.querySelectorAll(selectorOf(element))]).toEqual([element]);
  }
});
