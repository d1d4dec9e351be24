import { describe, expect, it } from "vitest";
import {
  type PointedElement,
  quotedLine,
  type Reference,
  referenceLabel,
  sourceLines,
  splitReferences,
  withReferences,
} from "./pointing";

const SOURCE = `<!doctype html>
<body>
  <h1 class="big">Flappy Bird</h1>
  <ul id='list'>
    <li>One</li>
    <li>Two</li>
  </ul>
  <p>Same</p>
  <p>Same</p>
</body>`;

const element = (wish: Partial<PointedElement>): PointedElement => ({
  selector: "body > h1",
  tag: "h1",
  text: "Flappy Bird",
  opening: '<h1 class="big">',
  ...wish,
});

const reference = (wish: Partial<Reference> = {}): Reference => ({
  artifact: "a",
  title: "Flappy Bird",
  version: 2,
  element: element({}),
  lines: [3, 3],
  ...wish,
});

describe("the lines of an element", () => {
  it("are found by its opening tag", () => expect(sourceLines(SOURCE, element({}))).toEqual([3, 3]));

  it("are found by its id, however that is written", () => {
    const list = element({ tag: "ul", text: "One Two", opening: '<ul id="list" class="added">' });
    expect(sourceLines(SOURCE, list)).toEqual([4, 7]);
  });

  it("are found by its text", () => {
    expect(sourceLines(SOURCE, element({ tag: "li", text: "Two", opening: "<li>" }))).toEqual([6, 6]);
  });

  it("are unknown where nothing is unique, or a script made it", () => {
    expect(sourceLines(SOURCE, element({ tag: "p", text: "Same", opening: "<p>" }))).toBeNull();
    expect(sourceLines(SOURCE, element({ tag: "b", text: "", opening: "<b>" }))).toBeNull();
  });
});

describe("a message about an element", () => {
  it("names it and quotes it", () => {
    expect(referenceLabel(reference())).toBe("<h1> in Flappy Bird");
    expect(withReferences("Make it red", [reference()])).toBe(
      "> In “Flappy Bird” version 2, line 3: `body > h1` “Flappy Bird”\n\nMake it red",
    );
  });

  it("keeps the quotation on one line, whatever the element says", () => {
    const line = quotedLine(
      reference({ element: element({ text: `a\n\n# b ${"x".repeat(200)}`, selector: "a`b\n> c" }) }),
    );
    expect(line).not.toContain("\n");
    expect(line).toContain("`a'b > c`");
    expect(line.length).toBeLessThan(200);
  });

  it("shows its quotations apart from what was written", () => {
    const message = withReferences("Make it red\n> yes", [reference(), reference({ version: 3 })]);
    const { quoted, text } = splitReferences(message);
    expect(quoted).toHaveLength(2);
    expect(quoted[0]).toBe("In “Flappy Bird” version 2, line 3: `body > h1` “Flappy Bird”");
    expect(text).toBe("Make it red\n> yes");
    expect(splitReferences("> a quotation\nof mine")).toEqual({
      quoted: [],
      text: "> a quotation\nof mine",
    });
  });

  it("is the bare text without one", () => expect(withReferences("Hi", [])).toBe("Hi"));
});
